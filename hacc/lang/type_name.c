/* Names: name, def, ref, refs; variables. */
#include "hacc/lang/types.h"

#include "hacc/lang/value.h"

/* Gives the first byte that HAProxy refuses in a name; word->len if there is none. */
static uint32_t name_end(const struct word *word)
{
    uint32_t i = 0;

    while (i < word->len && (is_alnum(word->text[i]) || word->text[i] == '-' || word->text[i] == '_' ||
                             word->text[i] == '.' || word->text[i] == ':'))
        i++;
    return i;
}

bool name_parse(const char *text, uint32_t len)
{
    struct word word = {.text = text, .len = len};

    return len && name_end(&word) == len;
}

/* Bytes of the character at `at`, for messages. */
static int char_len(const struct word *word, uint32_t at)
{
    uint32_t len = 1;

    while (at + len < word->len && (word->text[at + len] & 0xc0) == 0x80)
        len++;
    return (int)len;
}

static bool name_check(struct lang *lang, const struct word *word, const char *what)
{
    uint32_t end = name_end(word);
    int len;

    if (word->len && end == word->len)
        return true;
    if (!word->len)
        return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "the name is empty");
    len = char_len(word, end);
    return lang_fault(lang, RULE_BAD_VALUE, word_span(word, end, (uint32_t)len),
                      "letters, digits, '-', '_', '.' and ':' can stand in names",
                      "character '%.*s' is not permitted in %s name '%.*s'", len, word->text + end, what,
                      WORD_ARGS(word));
}

VALUE(name)
{
    const char *colon = param->arg == NAME_DOTS ? memchr(word->text, ':', word->len) : NULL;

    if (colon)
        return lang_fault(lang, RULE_BAD_VALUE, word_span(word, (uint32_t)(colon - word->text), 1),
                          "letters, digits, '-', '_' and '.' can stand here",
                          "character ':' is not permitted in the name '%.*s'", WORD_ARGS(word));
    return name_check(lang, word, "the");
}

static bool is_or(const struct word *word)
{
    return word->len == 2 && (word->text[0] | 0x20) == 'o' && (word->text[1] | 0x20) == 'r';
}

VALUE(def)
{
    const char *what = symbol_names[param->arg];

    /* users are not names to HAProxy: any word is one */
    if (what && strcmp(what, "user") == 0)
        return word->len || lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "the name is empty");
    if (param->arg == SYMBOL_ACL && is_or(word))
        return lang_fault(lang, RULE_BAD_VALUE, word->at, "'or' joins the terms of a condition; choose another name",
                          "an ACL named '%.*s' can never be used", WORD_ARGS(word));
    return name_check(lang, word, what ? what : "the");
}

/* A backend whose name is computed for each request: HAProxy looks for it when the rule runs. */
static bool is_dynamic(const struct word *word)
{
    return memchr(word->text, '%', word->len) != NULL;
}

VALUE(ref)
{
    if (param->arg == SYMBOL_BACKEND && is_dynamic(word))
        return value_fmt(lang, param, word);
    if (!word->len)
        return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "the name is empty");
    lang_ref(lang, (enum symbol_kind)param->arg, word->text, word->len, word->at);
    return true;
}

/* use-server looks in its own section alone; from a format, at run time. */
VALUE(server_name)
{
    if (is_dynamic(word))
        return value_fmt(lang, param, word);
    if (memchr(word->text, '/', word->len))
        return lang_fault(lang, RULE_BAD_VALUE, word->at, "name a server of this section",
                          "server '%.*s' cannot be of another backend", WORD_ARGS(word));
    lang_ref(lang, SYMBOL_SERVER, word->text, word->len, word->at);
    return true;
}

VALUE(refs)
{
    uint32_t from = 0;

    for (uint32_t i = 0; i <= word->len; i++) {
        struct word one;

        if (i < word->len && word->text[i] != ',')
            continue;
        one = word_part(word, from, i - from);
        if (!value_ref(lang, param, &one))
            return false;
        from = i + 1;
    }
    return true;
}

VALUE(var)
{
    static const char *const scopes[] = {"proc.", "sess.", "txn.", "req.", "res.", "check."};
    uint32_t at = 0, i;

    lang->variables = true;
    for (i = 0; i < sizeof(scopes) / sizeof(*scopes) && !at; i++)
        if (text_begins(word->text, word->len, scopes[i]))
            at = (uint32_t)strlen(scopes[i]);
    if (!at || at == word->len)
        return lang_fault(lang, RULE_BAD_VALUE, word->at,
                          "a variable is a scope (proc, sess, txn, req, res or check), a dot and a name: txn.client",
                          "'%.*s' is not a variable", WORD_ARGS(word));
    if (param->type == TYPE_VAR && param->arg == VAR_PROC && !text_begins(word->text, word->len, "proc."))
        return lang_fault(lang, RULE_BAD_VALUE, word_span(word, 0, at), "as in proc.name",
                          "only variables of the process (proc) can be set here");
    for (i = at; i < word->len; i++)
        if (!is_alnum(word->text[i]) && word->text[i] != '_' && word->text[i] != '.')
            return lang_fault(lang, RULE_BAD_VALUE, word_span(word, i, (uint32_t)char_len(word, i)),
                              "letters, digits, '_' and '.' can stand in the names of variables",
                              "character '%.*s' is not permitted in variable '%.*s'", char_len(word, i), word->text + i,
                              WORD_ARGS(word));
    return true;
}

VALUE(var_or_int)
{
    int64_t value;

    if (int_parse(word->text, word->len, &value))
        return value_int(lang, param, word);
    if (memchr(word->text, '.', word->len))
        return value_var(lang, param, word);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, "as in 5, or txn.count",
                      "'%.*s' is neither a number nor a variable", WORD_ARGS(word));
}

/* What begins with a scope is a variable. 2.2 takes text as it comes. */
VALUE(var_or_base64)
{
    struct lang probe = *lang;
    uint32_t i = 0, pads = 0;

    probe.diags = NULL;
    if (lang->version == HAP_2_2 || value_var(&probe, param, word))
        return true;
    while (i < word->len && (is_alnum(word->text[i]) || word->text[i] == '+' || word->text[i] == '/'))
        i++;
    while (i + pads < word->len && word->text[i + pads] == '=' && pads < 2)
        pads++;
    return (i + pads == word->len && word->len % 4 == 0) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at, "as in YWJj, or txn.key",
                      "'%.*s' is neither base64 nor a variable", WORD_ARGS(word));
}

/* What does not begin with a scope is text. */
VALUE(var_or_str)
{
    (void)lang;
    (void)param;
    (void)word;
    return true;
}
