#include "hacc/check/request_words.h"

#include "hacc/lang/cond.h"
#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

#include <ctype.h>

/* Which part of a request a fetch tells. Those that are not here are PART_OTHER. */
static const struct part_row {
    enum keyword_id fetch;
    enum request_part part;
    bool many; /* without the number of an occurrence */
} parts[] = {
    {KW_FETCH_ALWAYS_TRUE, PART_CONSTANT, false},
    {KW_FETCH_ALWAYS_FALSE, PART_CONSTANT, false},
    {KW_FETCH_SRC, PART_CONNECTION, false},
    {KW_FETCH_SRC_PORT, PART_CONNECTION, false},
    {KW_FETCH_SRC_IS_LOCAL, PART_CONNECTION, false},
    {KW_FETCH_DST, PART_CONNECTION, false},
    {KW_FETCH_DST_PORT, PART_CONNECTION, false},
    {KW_FETCH_DST_IS_LOCAL, PART_CONNECTION, false},
    {KW_FETCH_SO_ID, PART_CONNECTION, false},
    {KW_FETCH_SO_NAME, PART_CONNECTION, false},
    {KW_FETCH_FE_ID, PART_CONNECTION, false},
    {KW_FETCH_FE_NAME, PART_CONNECTION, false},
    {KW_FETCH_SSL_FC, PART_CONNECTION, false},
    {KW_FETCH_SSL_FC_SNI, PART_CONNECTION, false},
    {KW_FETCH_SSL_FC_HAS_SNI, PART_CONNECTION, false},
    {KW_FETCH_SSL_FC_HAS_CRT, PART_CONNECTION, false},
    {KW_FETCH_SSL_FC_ALPN, PART_CONNECTION, false},
    {KW_FETCH_SSL_FC_PROTOCOL, PART_CONNECTION, false},
    {KW_FETCH_SSL_C_USED, PART_CONNECTION, false},
    {KW_FETCH_SSL_C_VERIFY, PART_CONNECTION, false},
    {KW_FETCH_SSL_C_S_DN, PART_CONNECTION, false},
    {KW_FETCH_SSL_C_I_DN, PART_CONNECTION, false},
    {KW_FETCH_REQ_SSL_SNI, PART_CONNECTION, false},
    {KW_FETCH_METHOD, PART_METHOD, false},
    {KW_FETCH_PATH, PART_PATH, false},
    {KW_FETCH_PATHQ, PART_PATH, false},
    {KW_FETCH_URL, PART_PATH, false},
    {KW_FETCH_BASE, PART_PATH, false},
    {KW_FETCH_QUERY, PART_PATH, false},
    {KW_FETCH_URL_PARAM, PART_PATH, true},
    {KW_FETCH_URLP, PART_PATH, true},
    {KW_FETCH_REQ_HDR, PART_HEADER, true},
    {KW_FETCH_REQ_FHDR, PART_HEADER, true},
    {KW_FETCH_HDR, PART_HEADER, true},
    {KW_FETCH_REQ_HDR_CNT, PART_HEADER, false},
    {KW_FETCH_REQ_FHDR_CNT, PART_HEADER, false},
    {KW_FETCH_REQ_HDR_IP, PART_HEADER, true},
    {KW_FETCH_REQ_HDR_VAL, PART_HEADER, true},
    {KW_FETCH_REQ_COOK, PART_HEADER, true},
    {KW_FETCH_REQ_COOK_CNT, PART_HEADER, false},
    {KW_FETCH_REQ_VER, PART_HEADER, false},
    {KW_FETCH_HTTP_AUTH, PART_HEADER, false},
};

/* Converters whose result depends on their sample and arguments alone. */
static const enum keyword_id steady_converters[] = {
    KW_CONVERTER_LOWER, KW_CONVERTER_UPPER, KW_CONVERTER_HOST_ONLY, KW_CONVERTER_PORT_ONLY, KW_CONVERTER_FIELD,
    KW_CONVERTER_WORD,  KW_CONVERTER_BYTES, KW_CONVERTER_URL_DEC,   KW_CONVERTER_LENGTH,    KW_CONVERTER_IPMASK,
    KW_CONVERTER_LTRIM, KW_CONVERTER_RTRIM, KW_CONVERTER_REGSUB,
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static const struct part_row *part_of(const struct keyword *fetch)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].fetch == fetch->id)
            return &parts[i];
    return NULL;
}

enum request_part request_part_of(const struct keyword *fetch)
{
    const struct part_row *row = part_of(fetch);

    return row ? row->part : PART_OTHER;
}

/* Whether the converters from text[at] on are steady. *last becomes where the last one begins, with its comma. */
static bool converters_steady(const struct config *config, const struct word *word, uint32_t at, uint32_t *last,
                              const struct keyword **last_row)
{
    bool steady = true;

    while (at < word->len && word->text[at] == ',') {
        uint32_t from = at + 1, end = sample_name_end(word, from);
        const struct keyword *row = sample_find(&config->lang, CONTEXT_CONVERTER, word->text + from, end - from);

        steady = steady && row && keyword_is_one_of(row, steady_converters, COUNT(steady_converters));
        *last = at;
        *last_row = row;
        at = paren_skip(word, end);
    }
    return steady && at == word->len;
}

/* Header names are the same in any case; so are those of the fetch's arguments that are none, which are numbers. */
static char *spelling(const struct config *config, const struct keyword *fetch, const struct word *word, uint32_t from,
                      uint32_t arguments_end, bool header)
{
    char *text = arena_printf(config->arena, "%s%.*s", fetch->name, (int)(word->len - from), word->text + from);
    size_t name = strlen(fetch->name);

    for (uint32_t i = from; header && i < arguments_end; i++)
        text[name + i - from] = (char)tolower((unsigned char)word->text[i]);
    return text;
}

static bool is_host(const char *arguments, uint32_t len)
{
    return text_begins(arguments, len, "(host") &&
           (len == 6 || (len > 6 && (arguments[5] == ',' || arguments[5] == ')')));
}

static struct request_sample *new_sample(const struct config *config, const struct keyword *fetch, const char *text,
                                         uint32_t len, uint32_t converters)
{
    struct request_sample *sample = arena_zalloc(config->arena, sizeof(*sample));
    const struct part_row *row = part_of(fetch);
    uint32_t name = (uint32_t)strlen(fetch->name);

    sample->text = text;
    sample->len = len;
    sample->hash = grammar_hash(0, text, len);
    sample->fetch = fetch;
    sample->converters = converters;
    sample->part = (uint8_t)(row ? row->part : PART_OTHER);
    sample->many = row && row->many;
    if (fetch->id == KW_FETCH_REQ_HDR && is_host(text + name, converters - name)) {
        sample->part = PART_HOST;
        sample->many = false; /* a request has one, and there is no comma in it */
    } else if (row && row->part == PART_HEADER && memchr(text + name, ',', converters - name)) {
        sample->many = false; /* one occurrence */
    }
    return sample;
}

/* The sample, and the match that goes with its name. */
static bool read_criterion(const struct config *config, const struct arg *arg, struct acl_words *words)
{
    const struct word word = {.text = arg->text, .len = arg->len};
    uint32_t name = sample_name_end(&word, 0), arguments = paren_skip(&word, name), last = 0;
    const struct keyword *alias = sample_find(&config->lang, CONTEXT_ACL_KEYWORD, arg->text, name), *last_row = NULL;
    const struct keyword *fetch = NULL;
    const char *text;
    uint32_t skip;

    if (alias && alias->alias)
        fetch = sample_find(&config->lang, CONTEXT_FETCH, alias->alias, (uint32_t)strcspn(alias->alias, " "));
    else
        fetch = sample_find(&config->lang, CONTEXT_FETCH, arg->text, name);
    if (!fetch)
        return false;
    words->steady = converters_steady(config, &word, arguments, &last, &last_row);
    text = spelling(config, fetch, &word, name, arguments, part_of(fetch) && part_of(fetch)->part == PART_HEADER);
    skip = (uint32_t)strlen(fetch->name);
    words->test.sample = new_sample(config, fetch, text, skip + word.len - name, skip + arguments - name);
    words->steady = words->steady && words->test.sample->part != PART_OTHER;
    if (last_row && last_row->id == KW_CONVERTER_LOWER)
        words->lowered = new_sample(config, fetch, text, skip + last - name, skip + arguments - name);
    return true;
}

/* Gives how -m NAME compares; false: in a way that is not followed. */
static bool method_match(enum hap_version version, const char *name, uint32_t len, uint8_t *match)
{
    static const struct {
        enum keyword_id method;
        enum request_match match;
    } methods[] = {
        {KW_MATCH_METHOD_FOUND, MATCH_FOUND}, {KW_MATCH_METHOD_BOOL, MATCH_BOOL}, {KW_MATCH_METHOD_STR, MATCH_STR},
        {KW_MATCH_METHOD_BEG, MATCH_BEG},     {KW_MATCH_METHOD_END, MATCH_END},   {KW_MATCH_METHOD_SUB, MATCH_SUB},
        {KW_MATCH_METHOD_DIR, MATCH_DIR},     {KW_MATCH_METHOD_DOM, MATCH_DOM},   {KW_MATCH_METHOD_REG, MATCH_REG},
        {KW_MATCH_METHOD_REGM, MATCH_REG},    {KW_MATCH_METHOD_INT, MATCH_INT},   {KW_MATCH_METHOD_LEN, MATCH_LEN},
        {KW_MATCH_METHOD_IP, MATCH_IP},
    };
    const struct keyword *row = keyword_find(CONTEXT_MATCH_METHOD, name, len, version, NULL);

    for (size_t i = 0; row && i < COUNT(methods); i++) {
        if (methods[i].method == row->id) {
            *match = (uint8_t)methods[i].match;
            return true;
        }
    }
    return false;
}

/* How samples of a type are compared where no -m says it. */
static bool type_match(enum sample_type type, uint8_t *match)
{
    switch (type) {
    case SAMPLE_BOOL:
        *match = MATCH_BOOL;
        return true;
    case SAMPLE_SINT:
        *match = MATCH_INT;
        return true;
    case SAMPLE_ADDR:
    case SAMPLE_IPV4:
    case SAMPLE_IPV6:
        *match = MATCH_IP;
        return true;
    case SAMPLE_STR:
    case SAMPLE_METH:
        *match = MATCH_STR;
        return true;
    case SAMPLE_ANY:
    case SAMPLE_SAME:
    case SAMPLE_BIN:
        return false;
    }
    return false;
}

/* The type of the expression: of its fetch, or of its last converter. */
static enum sample_type result_type(const struct config *config, const struct arg *arg, const struct keyword *fetch)
{
    const struct word word = {.text = arg->text, .len = arg->len};
    enum sample_type type = (enum sample_type)fetch->out_type;

    for (uint32_t at = paren_skip(&word, sample_name_end(&word, 0)); at < word.len && word.text[at] == ',';) {
        uint32_t end = sample_name_end(&word, at + 1);
        const struct keyword *row = sample_find(&config->lang, CONTEXT_CONVERTER, word.text + at + 1, end - at - 1);

        if (row && row->out_type != SAMPLE_SAME)
            type = (enum sample_type)row->out_type;
        at = paren_skip(&word, end);
    }
    return type;
}

static bool first_match(const struct config *config, const struct arg *arg, struct acl_words *words)
{
    const struct word word = {.text = arg->text, .len = arg->len};
    const struct keyword *alias = sample_find(&config->lang, CONTEXT_ACL_KEYWORD, arg->text, sample_name_end(&word, 0));
    const char *method = alias && alias->alias ? strstr(alias->alias, "-m ") : NULL;
    const struct request_sample *sample = words->test.sample;

    if (method && sample->converters == sample->len) /* with converters the keyword's own method does not count */
        return method_match(config->lang.version, method + 3, (uint32_t)strlen(method + 3), &words->test.match);
    return type_match(result_type(config, arg, sample->fetch), &words->test.match);
}

bool acl_words_read(const struct config *config, const struct arg *args, uint32_t count, struct acl_words *words)
{
    bool known;
    uint32_t i = 1;

    *words = (struct acl_words){.test = {.at = args}};
    if (!count || args->flags & (ARG_ENV | ARG_POISON) || !read_criterion(config, args, words))
        return false;
    known = first_match(config, args, words);
    for (; i < count && args[i].len == 2 && args[i].text[0] == '-' && !(args[i].flags & ARG_ENV); i++) {
        if (args[i].text[1] == '-') {
            i++;
            break;
        }
        words->test.caseless |= args[i].text[1] == 'i';
        words->more |= args[i].text[1] == 'f';
        if (args[i].text[1] == 'm' && i + 1 < count)
            known = method_match(config->lang.version, args[i + 1].text, args[i + 1].len, &words->test.match);
        if (memchr("fmu", args[i].text[1], 3) && i + 1 < count)
            i++;
    }
    words->patterns = args + i;
    words->count = count - i;
    return known;
}
