/* Patterns that can never match, or that match more than is meant. */
#include "hacc/check/lint.h"
#include "hacc/check/request_words.h"

#include "hacc/lang/value.h"

#include <ctype.h>

/* A pattern as the arguments of "%.*s". */
#define PATTERN(arg) (int)((arg)->len > 200 ? 200 : (arg)->len), (arg)->text

static bool is_host(const struct request_sample *sample)
{
    return sample->part == PART_HOST || sample->fetch->id == KW_FETCH_SSL_FC_SNI ||
           sample->fetch->id == KW_FETCH_REQ_SSL_SNI;
}

static bool ends_with(const struct arg *arg, const char *end)
{
    size_t len = strlen(end);

    return arg->len > len && memcmp(arg->text + arg->len - len, end, len) == 0;
}

/* --- hosts --- */

/* Of the name of a server browsers send lower case, and `lower` makes it. */
static bool check_case(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    bool upper = false, plain = words->test.sample->converters == words->test.sample->len;

    for (uint32_t i = 0; i < pattern->len; i++)
        upper |= isupper((unsigned char)pattern->text[i]);
    if (!upper || words->test.caseless || (!plain && !words->lowered))
        return true;
    if (words->lowered)
        diag_add(lint->config->diags, RULE_HOST_CASE, arg_span(pattern), "write it in lower case",
                 "'%.*s' is never what 'lower' makes of a host", PATTERN(pattern));
    else
        diag_add(lint->config->diags, RULE_HOST_CASE, arg_span(pattern), "add -i, or write it in lower case",
                 "'%.*s' is compared letter by letter, and browsers send hosts in lower case", PATTERN(pattern));
    return false;
}

/* Whether one of the patterns is this one without the port behind it. */
static bool has_portless(const struct acl_words *words, const struct arg *pattern)
{
    uint32_t len = pattern->len;

    while (len && pattern->text[len - 1] != ':')
        len--;
    for (uint32_t i = 0; i < words->count && len < 100; i++)
        if (words->patterns[i].len == len - 1 && memcmp(words->patterns[i].text, pattern->text, len - 1) == 0)
            return true;
    return words->more;
}

/* Clients leave the port of their scheme out of the Host header. */
static bool check_port(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    if (words->test.sample->part != PART_HOST || (words->test.match != MATCH_STR && words->test.match != MATCH_END) ||
        (!ends_with(pattern, ":80") && !ends_with(pattern, ":443")) || words->count > 100 ||
        has_portless(words, pattern))
        return true;
    diag_add(lint->config->diags, RULE_HOST_PORT, arg_span(pattern),
             "add the host without its port, or compare 'req.hdr(host),host_only' (2.4) with it",
             "'%.*s' has the port that clients leave out", PATTERN(pattern));
    return false;
}

/* Behind `host_only` there is no port. */
static bool check_host_only(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    const struct request_sample *sample = words->test.sample;
    static const char converter[] = ",host_only";
    bool last = sample->len - sample->converters >= sizeof(converter) - 1 &&
                memcmp(sample->text + sample->len - (sizeof(converter) - 1), converter, sizeof(converter) - 1) == 0;

    if (!last || (words->test.match != MATCH_STR && words->test.match != MATCH_END) || *pattern->text == '[' ||
        !memchr(pattern->text, ':', pattern->len) || pattern->text[pattern->len - 1] == ']')
        return true;
    diag_add(lint->config->diags, RULE_HOST_PORT, arg_span(pattern), "leave the port out",
             "'%.*s' has a port, which 'host_only' takes away", PATTERN(pattern));
    return false;
}

/* A domain, with a dot in it, that others can be put in front of. */
static bool is_open_domain(const struct arg *pattern)
{
    return is_alnum(*pattern->text) && memchr(pattern->text, '.', pattern->len) &&
           pattern->text[pattern->len - 1] != '.';
}

/* Whether what a letter more in front makes of it can be registered: example.com, and example.co.uk; of
 * www.example.com it is the owner's own. */
static bool is_registered(const struct arg *pattern)
{
    uint32_t dots = 0, last = 0, gap = 0;

    for (uint32_t i = 0; i < pattern->len; i++) {
        if (pattern->text[i] != '.')
            continue;
        gap = i - last;
        last = i;
        dots++;
    }
    return dots == 1 || (dots == 2 && gap <= 4);
}

static void check_spoof(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    struct diags *diags = lint->config->diags;

    if (!is_open_domain(pattern))
        return;
    if (words->test.match == MATCH_END && is_registered(pattern))
        diag_add(diags, RULE_HOST_SUFFIX_SPOOF, arg_span(pattern),
                 "begin it with a dot, and compare the domain itself with -m str",
                 "'evil%.*s', which anyone can register, ends with this pattern too", PATTERN(pattern));
    else if (words->test.match == MATCH_REG && pattern->text[pattern->len - 1] == '$' && is_registered(pattern))
        diag_add(diags, RULE_HOST_SUFFIX_SPOOF, arg_span(pattern), "begin it with ^, or with (^|\\.)",
                 "hosts that anyone can register end with what matches '%.*s'", PATTERN(pattern));
    else if (words->test.match == MATCH_DOM || words->test.match == MATCH_SUB)
        diag_add(diags, RULE_HOST_DOM_SUBSTRING, arg_span(pattern),
                 "compare the domain with -m str, and what ends with .domain with -m end",
                 "'%.*s.evil.net', which anyone can register, has this pattern in it too", PATTERN(pattern));
}

static void check_host(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    if (words->test.match != MATCH_REG && (!check_case(lint, words, pattern) || !check_port(lint, words, pattern) ||
                                           !check_host_only(lint, words, pattern)))
        return;
    check_spoof(lint, words, pattern);
}

/* --- paths --- */

static bool is_plain(const struct acl_words *words)
{
    const struct request_sample *sample = words->test.sample;

    return sample->converters == sample->len || (words->lowered && words->lowered->len == sample->converters);
}

/* `*` is the path of `OPTIONS *`. */
static bool check_slash(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    char first = *pattern->text;
    bool wrong = false;

    if (words->test.match == MATCH_STR || words->test.match == MATCH_BEG)
        wrong = first != '/' && !(first == '*' && pattern->len == 1);
    else if (words->test.match == MATCH_REG)
        wrong = first == '^' && pattern->len > 1 && is_alnum(pattern->text[1]);
    if (!wrong)
        return true;
    diag_add(lint->config->diags, RULE_PATH_NO_LEADING_SLASH, arg_span(pattern), "put a '/' in front",
             "a path begins with '/', so '%.*s' never matches", PATTERN(pattern));
    return false;
}

static bool has_query(const struct acl_words *words, const struct arg *pattern)
{
    for (uint32_t i = 0; i < pattern->len; i++) {
        if (words->test.match == MATCH_REG && pattern->text[i] == '\\' && i + 1 < pattern->len) {
            if (pattern->text[++i] == '?' && (i + 1 == pattern->len || !strchr("?*{", pattern->text[i + 1])))
                return true;
        } else if (words->test.match == MATCH_REG && (pattern->text[i] == '[' || pattern->text[i] == '|')) {
            return false; /* a class, alternatives: not looked into */
        } else if (words->test.match != MATCH_REG && pattern->text[i] == '?') {
            return true;
        }
    }
    return false;
}

static void check_query(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    if (words->test.match == MATCH_DIR || words->test.match == MATCH_DOM || !has_query(words, pattern))
        return;
    diag_add(lint->config->diags, RULE_PATH_CONTAINS_QUERY, arg_span(pattern),
             lint->config->lang.version >= HAP_2_4
                 ? "'pathq' has the query string too; 'url_param' has a parameter of it"
                 : "'url' has the query string too; 'url_param' has a parameter of it",
             "a path ends before the '?', so '%.*s' never matches", PATTERN(pattern));
}

/* false: enough has been said of the ACL. */
static bool check_path(struct lint *lint, const struct acl_words *words, const struct arg *pattern)
{
    if (!is_plain(words))
        return true;
    if (!check_slash(lint, words, pattern))
        return false;
    if (words->test.sample->fetch->id == KW_FETCH_PATH)
        check_query(lint, words, pattern);
    return true;
}

/* --- regular expressions --- */

/* A dot that stands for itself in all likelihood: between letters or digits of a host, or before the ending of a file's
 * name. Gives where it is, or -1. */
static int64_t literal_dot(const struct arg *pattern, bool host)
{
    const char *text = pattern->text;
    uint32_t len = pattern->len;

    for (uint32_t i = 0; i + 1 < len; i++) {
        uint32_t end = i + 1;

        if (text[i] == '\\') {
            i++;
            continue;
        }
        if (text[i] == '[')
            return -1; /* a dot may be part of a class */
        if (text[i] != '.')
            continue;
        while (end < len && is_alnum(text[end]))
            end++;
        if (end == i + 1 || i == 0 || !(is_alnum(text[i - 1]) || (!host && strchr("*+)", text[i - 1]))))
            continue;
        if (host || (end + 1 == len && text[end] == '$'))
            return i;
    }
    return -1;
}

static void check_dot(struct lint *lint, const struct acl_words *words, const struct arg *pattern, bool host)
{
    int64_t at = words->test.match == MATCH_REG ? literal_dot(pattern, host) : -1;
    struct span span = arg_span(pattern);

    if (at < 0)
        return;
    if (!pattern->more) /* else the text is not spelt as the source is */
        span = (struct span){span.src, span.off + (uint32_t)at, 1};
    diag_add(lint->config->diags, RULE_REGEX_UNESCAPED_DOT, span, "write it as \\.",
             "the '.' in '%.*s' stands for any character", PATTERN(pattern));
}

void lint_patterns(struct lint *lint, const struct acl_words *words)
{
    const struct request_sample *sample = words->test.sample;
    bool host = is_host(sample), path = sample->fetch->id == KW_FETCH_PATH || sample->fetch->id == KW_FETCH_PATHQ;

    if (words->test.match < MATCH_STR || words->test.match > MATCH_REG)
        return;
    for (uint32_t i = 0; i < words->count; i++) {
        const struct arg *pattern = &words->patterns[i];

        if (pattern->flags & (ARG_ENV | ARG_POISON) || !pattern->len)
            continue;
        if (host)
            check_host(lint, words, pattern);
        if (path && !check_path(lint, words, pattern))
            return;
        if (host || path)
            check_dot(lint, words, pattern, host);
        if (words->test.match == MATCH_REG)
            lint_regex(lint, pattern, words->test.caseless);
    }
}
