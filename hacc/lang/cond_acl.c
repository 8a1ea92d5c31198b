/* ACLs: a criterion, flags, patterns. */
#include "hacc/lang/cond.h"
#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <stdio.h>

enum pattern { PATTERN_UNKNOWN, PATTERN_ANY, PATTERN_NUMBER, PATTERN_IP, PATTERN_HEX, PATTERN_REGEX };

/* The match methods: what they need of the sample, and of their patterns. */
static const struct method {
    const char *name;
    uint8_t type, pattern;
} methods[] = {
    {"found", SAMPLE_ANY, PATTERN_ANY}, {"bool", SAMPLE_SINT, PATTERN_ANY},  {"int", SAMPLE_SINT, PATTERN_NUMBER},
    {"ip", SAMPLE_ADDR, PATTERN_IP},    {"bin", SAMPLE_BIN, PATTERN_HEX},    {"len", SAMPLE_STR, PATTERN_NUMBER},
    {"str", SAMPLE_STR, PATTERN_ANY},   {"beg", SAMPLE_STR, PATTERN_ANY},    {"sub", SAMPLE_STR, PATTERN_ANY},
    {"dir", SAMPLE_STR, PATTERN_ANY},   {"dom", SAMPLE_STR, PATTERN_ANY},    {"end", SAMPLE_STR, PATTERN_ANY},
    {"reg", SAMPLE_STR, PATTERN_REGEX}, {"regm", SAMPLE_STR, PATTERN_REGEX},
};

struct acl {
    struct lang *lang;
    struct word name;      /* of the criterion */
    struct word userlist;  /* patterns are groups of this one; len 0: they are not */
    const struct word *id; /* of the patterns, as it stands last */
    enum sample_type type;
    enum pattern pattern;
    bool caseless, offline, loaded, good;
};

static const struct method *method_find(const char *name, uint32_t len)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
        if (text_is(name, len, methods[i].name))
            return &methods[i];
    return NULL;
}

/* How patterns are compared where no -m says it. */
static enum pattern pattern_of(enum sample_type type)
{
    switch (type) {
    case SAMPLE_BOOL:
    case SAMPLE_STR:
        return PATTERN_ANY;
    case SAMPLE_SINT:
        return PATTERN_NUMBER;
    case SAMPLE_ADDR:
    case SAMPLE_IPV4:
    case SAMPLE_IPV6:
        return PATTERN_IP;
    case SAMPLE_ANY:
    case SAMPLE_SAME:
    case SAMPLE_BIN:
    case SAMPLE_METH: /* the ACL keyword 'method' has one of its own */
        return PATTERN_UNKNOWN;
    }
    return PATTERN_UNKNOWN;
}

/* An ACL keyword: "path -m beg" is a fetch and a method. Converters may follow it in its word. */
static void acl_alias(struct acl *acl, const struct keyword *alias, const struct word *word)
{
    const char *blank = strchr(alias->alias, ' '), *method = strstr(alias->alias, "-m ");
    uint32_t len = blank ? (uint32_t)(blank - alias->alias) : (uint32_t)strlen(alias->alias), at = acl->name.len;
    const struct keyword *fetch = sample_find(acl->lang, CONTEXT_FETCH, alias->alias, len);
    const struct method *found = method ? method_find(method + 3, (uint32_t)strlen(method + 3)) : NULL;
    struct sample sample;

    if (fetch)
        acl->good = paren_parse_at(acl->lang, fetch->paren, word, 0, at, RULE_BAD_EXPRESSION, &at);
    else
        at = paren_skip(word, at);
    acl->type = fetch ? (enum sample_type)fetch->out_type : SAMPLE_ANY;
    acl->pattern = found ? (enum pattern)found->pattern : pattern_of(acl->type);
    if (!acl->good)
        return;
    sample = sample_parse_converters(acl->lang, word, at, acl->type);
    acl->type = sample.type;
    acl->good = sample.good;
    while (at < word->len && word->text[at] == ',')
        at++;
    if (at < word->len) /* converters: the keyword's own method is for its own sample */
        acl->pattern = pattern_of(acl->type);
}

/* Whether the unknown first word of a test is nearer to an ACL keyword (path_beg) than to any sample fetch. */
static bool is_misspelt_alias(const struct acl *acl)
{
    const struct word *name = &acl->name;
    const struct lang *lang = acl->lang;
    const char *alias, *fetch;
    unsigned limit = name->len / 3 + 1;

    if (!lang->diags || diags_full(lang->diags) || sample_find(lang, CONTEXT_FETCH, name->text, name->len))
        return false;
    alias = keyword_suggest(CONTEXT_ACL_KEYWORD, name->text, name->len, lang->version);
    fetch = keyword_suggest(CONTEXT_FETCH, name->text, name->len, lang->version);
    return alias && (!fetch || diag_distance(name->text, name->len, alias, strlen(alias), limit) <
                                   diag_distance(name->text, name->len, fetch, strlen(fetch), limit));
}

/* `http_auth_group(users)`, with nothing behind it: the userlist. HAProxy looks its patterns up among the groups. */
static struct word userlist_of(const struct acl *acl, const struct word *word)
{
    const struct keyword *fetch = sample_find(acl->lang, CONTEXT_FETCH, acl->name.text, acl->name.len);
    uint32_t open = acl->name.len;

    if (!fetch || fetch->id != KW_FETCH_HTTP_AUTH_GROUP || word->len < open + 3 || word->text[word->len - 1] != ')' ||
        !name_parse(word->text + open + 1, word->len - open - 2))
        return word_part(word, 0, 0);
    return word_part(word, open + 1, word->len - open - 2);
}

static void acl_criterion(struct acl *acl, const struct word *word)
{
    const struct keyword *alias;
    struct sample sample;

    acl->name = word_part(word, 0, sample_name_end(word, 0));
    acl->userlist = userlist_of(acl, word);
    alias = sample_find(acl->lang, CONTEXT_ACL_KEYWORD, acl->name.text, acl->name.len);
    if (alias && alias->alias) {
        acl_alias(acl, alias, word);
        return;
    }
    if (is_misspelt_alias(acl)) {
        acl->good = sample_unknown(acl->lang, CONTEXT_ACL_KEYWORD, &acl->name, RULE_BAD_EXPRESSION);
        acl->type = SAMPLE_ANY;
        acl->pattern = PATTERN_ANY;
        return;
    }
    sample = sample_parse(acl->lang, word, 1);
    acl->type = sample.type;
    acl->good = sample.good;
    acl->pattern = pattern_of(sample.type);
}

static bool acl_fault(struct acl *acl, const struct word *word, const char *help, const char *what)
{
    acl->good = false;
    return lang_fault(acl->lang, RULE_BAD_CONDITION, word->at, help, "'%.*s' %s", WORD_ARGS(word), what);
}

static void acl_method(struct acl *acl, const struct word *word)
{
    const struct method *method = method_find(word->text, word->len);
    char what[160];

    if (word->flags & (WORD_ENV | WORD_POISON)) {
        acl->pattern = PATTERN_ANY;
    } else if (!method) {
        acl->pattern = PATTERN_ANY;
        acl_fault(acl, word, "found, bool, int, ip, bin, len, str, beg, sub, dir, dom, end or reg",
                  "is not a match method");
    } else if (acl->loaded) {
        acl_fault(acl, word, NULL, "comes too late: -m stands before patterns and files");
    } else if (acl->userlist.len) {
        acl_fault(acl, word, "leave -m out", "compares no groups of a userlist");
    } else if (!sample_casts(acl->lang->version, acl->type, (enum sample_type)method->type)) {
        snprintf(what, sizeof(what), "matches %s, but '%.*s' gives %s",
                 sample_type_name((enum sample_type)method->type), WORD_ARGS(&acl->name), sample_type_name(acl->type));
        acl_fault(acl, word, NULL, what);
        acl->pattern = (enum pattern)method->pattern;
    } else {
        acl->pattern = (enum pattern)method->pattern;
    }
}

static bool acl_missing(struct acl *acl, const struct word *flag, const char *what)
{
    acl->good = false;
    return lang_fault(acl->lang, RULE_MISSING_ARGUMENT, flag->at, NULL, "'%.*s' needs %s behind it", WORD_ARGS(flag),
                      what);
}

static bool unspecific(struct acl *acl, const struct word *at)
{
    char help[200];

    acl->good = false;
    snprintf(help, sizeof(help), "'%.*s' gives %s: say how to compare it, as in '-m str'", WORD_ARGS(&acl->name),
             sample_type_name(acl->type));
    acl->pattern = PATTERN_ANY;
    return lang_fault(acl->lang, RULE_BAD_CONDITION, at->at, help, "the ACL lacks a match method (-m)");
}

/* One flag at words[0]; gives how many words it takes. */
static uint32_t acl_flag(struct acl *acl, const struct word *words, uint32_t count)
{
    const struct word *arg = count > 1 ? &words[1] : NULL;
    int64_t id;

    if (words->len != 2 || !memchr("inMmfu", words->text[1], 6)) {
        acl_fault(acl, words, "'--' stands before patterns that begin with '-'", "is not a flag of an ACL");
        return 1;
    }
    switch (words->text[1]) {
    case 'i':
        acl->caseless = true;
        return 1;
    case 'n':
        acl->offline = true;
        return 1;
    case 'm':
        if (arg)
            acl_method(acl, arg);
        else
            acl_missing(acl, words, "a match method");
        return 2;
    case 'f':
        if (acl->pattern == PATTERN_UNKNOWN)
            unspecific(acl, words);
        if (!arg)
            acl_missing(acl, words, "a file");
        acl->loaded = true;
        return 2;
    case 'u':
        if (!arg)
            acl_missing(acl, words, "a number");
        else if (!(arg->flags & WORD_ENV) && !int_parse(arg->text, arg->len, &id))
            acl_fault(acl, arg, NULL, "is not a number");
        acl->id = arg;
        return 2;
    default:
        return 1;
    }
}

bool acl_is_operator(const char *text, uint32_t len)
{
    static const char operators[] = "eq\0ge\0gt\0le\0lt\0ne";

    for (uint32_t i = 0; i < sizeof(operators); i += 3)
        if (text_is(text, len, operators + i))
            return true;
    return false;
}

/* A number, or a dotted version (3.1). */
static bool number_parse(const char *text, uint32_t len, bool dotted)
{
    const char *dot = dotted ? memchr(text, '.', len) : NULL;
    int64_t value;

    if (dot)
        return int_parse(text, (uint32_t)(dot - text), &value) &&
               int_parse(dot + 1, len - (uint32_t)(dot - text) - 1, &value);
    return int_parse(text, len, &value);
}

/* 80, 80:90, :90, 80:, and the same with '-'. */
static bool range_parse(const struct word *word, bool dotted)
{
    uint32_t at = 0;
    int64_t low, high;

    while (at < word->len && word->text[at] != ':' && word->text[at] != '-')
        at++;
    if (at == word->len)
        return number_parse(word->text, word->len, dotted);
    if (at == 0)
        return number_parse(word->text + 1, word->len - 1, dotted);
    if (!number_parse(word->text, at, dotted))
        return false;
    if (at + 1 == word->len)
        return true;
    if (!number_parse(word->text + at + 1, word->len - at - 1, dotted))
        return false;
    return !int_parse(word->text, at, &low) || !int_parse(word->text + at + 1, word->len - at - 1, &high) ||
           low <= high;
}

static bool hex_parse(const struct word *word)
{
    for (uint32_t i = 0; i < word->len; i++)
        if (!is_digit(word->text[i]) && !((word->text[i] | 0x20) >= 'a' && (word->text[i] | 0x20) <= 'f'))
            return false;
    return word->len % 2 == 0;
}

/* A host name is a pattern too: HAProxy resolves it once. What is rather a word of the language is no host.
 */
static bool ip_pattern(const struct acl *acl, const struct word *word)
{
    if (net_parse(word->text, word->len))
        return true;
    if (acl->offline || word_is(word, "or") || word_is(word, "and") ||
        sample_find(acl->lang, CONTEXT_FETCH, word->text, word->len))
        return false;
    for (uint32_t i = 0; i < word->len; i++)
        if (is_alpha(word->text[i]))
            return hostname_parse(word->text, word->len);
    return false;
}

/* Notes that the userlist must have the group: as USERLIST/GROUP, since it is not of this section. */
static void group_pattern(const struct acl *acl, const struct word *word)
{
    const struct word *list = &acl->userlist;
    char *name;

    if (!acl->lang->diags || !word->len)
        return;
    name = arena_printf(acl->lang->arena, "%.*s/%.*s", (int)list->len, list->text, (int)word->len, word->text);
    lang_ref(acl->lang, SYMBOL_GROUP, name, list->len + 1 + word->len, word->at);
}

static void acl_pattern(struct acl *acl, const struct word *word)
{
    /* the versions of TLS are the one pair of numbers: the fetches that give them say so in their names */
    bool dotted = acl->name.len > 8 && text_begins(acl->name.text + acl->name.len - 7, 7, "ssl_ver");

    if (word->flags & (WORD_ENV | WORD_POISON))
        return;
    if (acl->userlist.len)
        group_pattern(acl, word);
    switch (acl->pattern) {
    case PATTERN_UNKNOWN:
    case PATTERN_ANY:
        return;
    case PATTERN_NUMBER:
        if (!acl_is_operator(word->text, word->len) && !range_parse(word, dotted))
            acl_fault(acl, word, "as in 80, 80:90, :1023 or ge 500", "is not a number or range");
        return;
    case PATTERN_IP:
        if (!ip_pattern(acl, word))
            acl_fault(acl, word, "as in 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32", "is not an IP address or network");
        return;
    case PATTERN_HEX:
        if (!hex_parse(word))
            acl_fault(acl, word, "two hexadecimal digits a byte: 0d0a", "is not a series of bytes");
        return;
    case PATTERN_REGEX:
        acl->good &= regex_parse(acl->lang, word, acl->caseless);
        return;
    }
}

/* HAProxy keeps 32 bits of it. -1 stands for none, and so clashes with whatever ACL above has none. */
static void note_id(struct acl *acl)
{
    int64_t id;

    if (!acl->id || acl->id->flags & WORD_ENV || !int_parse(acl->id->text, acl->id->len, &id))
        return;
    if ((uint32_t)id == UINT32_MAX)
        acl->good = lang_fault(acl->lang, RULE_OUT_OF_RANGE, acl->id->at, "give a number from 0",
                               "'%.*s' is out of range for an id", WORD_ARGS(acl->id));
    else
        lang_acl_id(acl->lang, id, acl->id->at);
}

bool acl_parse(struct lang *lang, const struct word *words, uint32_t count)
{
    struct acl acl;
    uint32_t i = 1;

    memset(&acl, 0, sizeof(acl));
    acl.lang = lang;
    acl.good = true;
    if (words->flags & (WORD_ENV | WORD_POISON))
        return true;
    acl_criterion(&acl, &words[0]);
    if (!acl.good && acl.pattern == PATTERN_UNKNOWN)
        acl.pattern = PATTERN_ANY;
    while (i < count && words[i].len && words[i].text[0] == '-' && !(words[i].flags & WORD_ENV)) {
        if (word_is(&words[i], "--")) {
            i++;
            break;
        }
        i += acl_flag(&acl, &words[i], count - i);
    }
    if (acl.pattern == PATTERN_UNKNOWN)
        unspecific(&acl, &words[0]);
    if (acl.userlist.len && i == count && !acl.loaded && acl.good)
        acl_fault(&acl, &words[0], "as in http_auth_group(users) admins", "lacks the names of groups");
    for (; i < count; i++)
        acl_pattern(&acl, &words[i]);
    note_id(&acl);
    return acl.good;
}

VALUES(acl)
{
    (void)param;
    *good = acl_parse(lang, words, count);
    return count;
}
