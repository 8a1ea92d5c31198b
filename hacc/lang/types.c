#include "hacc/lang/types.h"

#include "hacc/lang/value.h"

#include <stdio.h>
#include <strings.h>

/* One parser a type: `one` for a value of one word, `many` for HAProxy's small languages. A type without
 * either is an enumeration. */
static const struct {
    bool (*one)(struct lang *, const struct sig *, const struct word *);
    uint32_t (*many)(struct lang *, const struct sig *, const struct word *, uint32_t, bool *);
} parsers[TYPE_COUNT] = {
    [TYPE_STR] = {.one = value_str},
    [TYPE_NAME] = {.one = value_name},
    [TYPE_PATH] = {.one = value_path},
    [TYPE_SECRET] = {.one = value_str},
    [TYPE_HEADER] = {.one = value_header},
    [TYPE_VAR] = {.one = value_var},
    [TYPE_ENVVAR] = {.one = value_envvar},
    [TYPE_URI] = {.one = value_uri},
    [TYPE_CSV] = {.one = value_csv},
    [TYPE_HTTP_METHOD] = {.one = value_http_method},
    [TYPE_DEF] = {.one = value_def},
    [TYPE_REF] = {.one = value_ref},
    [TYPE_OWN] = {.one = value_ref},
    [TYPE_REFS] = {.one = value_refs},
    [TYPE_SERVER_NAME] = {.one = value_server_name},
    [TYPE_HEXSTRING] = {.one = value_hexstring},
    [TYPE_VAR_OR_INT] = {.one = value_var_or_int},
    [TYPE_VAR_OR_BASE64] = {.one = value_var_or_base64},
    [TYPE_VAR_OR_STR] = {.one = value_var_or_str},
    [TYPE_INT] = {.one = value_int},
    [TYPE_ID] = {.one = value_int},
    [TYPE_TIME] = {.one = value_time},
    [TYPE_EXPLICIT_TIME] = {.one = value_explicit_time},
    [TYPE_SIZE] = {.one = value_size},
    [TYPE_PERCENT] = {.one = value_percent},
    [TYPE_FLOAT] = {.one = value_float},
    [TYPE_PORT] = {.one = value_port},
    [TYPE_MODE_BITS] = {.one = value_mode_bits},
    [TYPE_TLV_ID] = {.one = value_tlv_id},
    [TYPE_STATUS] = {.one = value_status},
    [TYPE_CPU_SET] = {.one = value_cpu_set},
    [TYPE_NUMBER_SET] = {.one = value_number_set},
    [TYPE_THREAD_SET] = {.one = value_thread_set},
    [TYPE_THREAD_MAP] = {.one = value_thread_map},
    [TYPE_FIELD_NUMBER] = {.one = value_field_number},
    [TYPE_SAMPLE_RANGES] = {.one = value_sample_ranges},
    [TYPE_SERVER_COUNT] = {.one = value_server_count},
    [TYPE_ADDR] = {.one = value_addr},
    [TYPE_NET] = {.one = value_net},
    [TYPE_IP] = {.one = value_ip},
    [TYPE_MASK] = {.one = value_mask},
    [TYPE_VERIFY_ERRORS] = {.one = value_verify_errors},
    [TYPE_INIT_ADDR] = {.one = value_init_addr},
    [TYPE_FMT] = {.one = value_fmt},
    [TYPE_OPENSSL_VERSION] = {.one = value_openssl_version},
    [TYPE_REGEX] = {.one = value_regex},
    [TYPE_LIST] = {.one = value_list},
    [TYPE_SAMPLE] = {.many = values_sample},
    [TYPE_COND] = {.many = values_cond},
    [TYPE_ACL] = {.many = values_acl},
    [TYPE_BLOCK_COND] = {.many = values_block_cond},
};

/* Of an enumeration's words, so many are shown; none is longer than 40 bytes. */
enum { ENUM_SHOWN = 40 };

static bool enum_fault(struct lang *lang, const struct type *type, const struct word *word)
{
    char help[ENUM_SHOWN * 48];
    size_t at = 0, count = 0;
    const char *near;

    while (type->words[count])
        count++;
    near = diags_full(lang->diags) ? NULL : diag_suggest(word->text, word->len, type->words, count);
    if (near)
        at += (size_t)snprintf(help, sizeof(help), "did you mean '%s'? ", near);
    at += (size_t)snprintf(help + at, sizeof(help) - at, "one of:");
    for (size_t i = 0; i < count && i < ENUM_SHOWN; i++)
        at += (size_t)snprintf(help + at, sizeof(help) - at, "%s %s", i ? "," : "", type->words[i]);
    if (count > ENUM_SHOWN)
        snprintf(help + at, sizeof(help) - at, ", …");
    return lang_fault(lang, RULE_BAD_VALUE, word->at, help, "'%.*s' is not %s", WORD_ARGS(word), type->doc);
}

static bool value_enum(struct lang *lang, const struct type *type, const struct word *word)
{
    for (const char *const *one = type->words; *one; one++)
        if (strlen(*one) == word->len &&
            (type->caseless ? strncasecmp(word->text, *one, word->len) : memcmp(word->text, *one, word->len)) == 0)
            return true;
    return lang->diags ? enum_fault(lang, type, word) : false;
}

uint32_t value_parse(struct lang *lang, const struct sig *param, const struct word *words, uint32_t count, bool *good)
{
    if (parsers[param->type].many)
        return parsers[param->type].many(lang, param, words, count, good);
    *good = true;
    if (words->flags & (WORD_ENV | WORD_POISON))
        return 1;
    if (parsers[param->type].one)
        *good = parsers[param->type].one(lang, param, words);
    else if (types[param->type].words)
        *good = value_enum(lang, &types[param->type], words);
    return 1;
}

uint32_t type_parse(struct lang *lang, const struct sig *param, const struct word *words, uint32_t count)
{
    bool good;

    return value_parse(lang, param, words, count, &good);
}

bool type_accepts(const struct lang *lang, const struct sig *param, const struct word *word)
{
    struct lang probe = *lang;
    bool good;

    probe.diags = NULL;
    value_parse(&probe, param, word, 1, &good);
    return good;
}

bool type_has_parser(enum type_id type)
{
    return type > TYPE_NONE && type < TYPE_COUNT && (parsers[type].one || parsers[type].many || types[type].words);
}

bool type_takes_words(enum type_id type)
{
    return parsers[type].many;
}

bool type_takes_list(const struct sig *param)
{
    switch (param->type) {
    case TYPE_CSV:
    case TYPE_VERIFY_ERRORS:
    case TYPE_LIST:
    case TYPE_REFS:
    case TYPE_INIT_ADDR:
        return true;
    case TYPE_NET:
        return param->arg == NET_LIST;
    case TYPE_STATUS:
        return param->arg == STATUS_LIST || param->arg == STATUS_RANGES;
    default:
        return false;
    }
}
