#include "hacc/lang/types.h"

#include "hacc/lang/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lang_init(struct lang *lang, struct diags *diags, enum hap_version version)
{
    memset(lang, 0, sizeof(*lang));
    lang->arena = diags->arena;
    lang->diags = diags;
    lang->version = version;
    lang->refs_tail = &lang->refs;
    lang->counters = STICKY_COUNTERS;
}

void lang_ref(struct lang *lang, enum symbol_kind kind, const char *name, uint32_t len, struct span at)
{
    struct ref *ref;

    if (!lang->diags)
        return;
    ref = arena_zalloc(lang->arena, sizeof(*ref));
    ref->kind = (uint8_t)kind;
    ref->at = at;
    ref->name = name;
    ref->len = len;
    ref->number = lang->number;
    ref->section = lang->section;
    ref->kw = lang->kw;
    *lang->refs_tail = ref;
    lang->refs_tail = &ref->next;
}

void lang_acl_id(struct lang *lang, int64_t number, struct span at)
{
    struct acl_id *id;

    if (!lang->diags)
        return;
    id = arena_zalloc(lang->arena, sizeof(*id));
    id->number = (int32_t)(uint32_t)number;
    id->at = at;
    id->branch = lang->branch;
    id->next = lang->acl_ids;
    lang->acl_ids = id;
}

bool lang_exposed(struct lang *lang, unsigned expose, struct span at, const char *name)
{
    bool experimental = expose & EXPOSE_EXPERIMENTAL;

    if (!(expose & ~(unsigned)lang->exposed))
        return true;
    return lang_fault(lang, RULE_NOT_EXPOSED, at,
                      experimental ? "put 'expose-experimental-directives' into a global section above"
                                   : "put 'expose-deprecated-directives' into a global section above",
                      "'%s' is %s, and not exposed", name, experimental ? "experimental" : "deprecated");
}

struct span word_span(const struct word *word, uint32_t from, uint32_t len)
{
    struct span at = word->at;

    if (word->skew == WORD_SKEWED || !at.src || from > word->len)
        return at;
    at.off += word->skew + from;
    at.len = len > word->len - from ? word->len - from : len;
    return at;
}

struct word word_part(const struct word *word, uint32_t from, uint32_t len)
{
    struct word part = *word;

    part.text = word->text + from;
    part.len = len;
    part.at = word_span(word, from, len);
    if (part.skew != WORD_SKEWED)
        part.skew = 0;
    return part;
}

bool word_is(const struct word *word, const char *text)
{
    return !(word->flags & WORD_ENV) && text_is(word->text, word->len, text);
}

bool lang_fault(struct lang *lang, enum rule_id rule, struct span at, const char *help, const char *fmt, ...)
{
    char msg[768];
    va_list ap;

    if (!lang->diags)
        return false;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    return diag_add(lang->diags, rule, at, help, "%s", msg);
}

bool lang_wrong_version(struct lang *lang, struct span at, const char *what, const char *name, enum hap_version since,
                        enum hap_version until)
{
    bool later = lang->version < since;

    return diag_add(lang->diags, RULE_WRONG_VERSION, at, NULL, "%s%s'%s' is not in HAProxy %s: it %s %s",
                    what ? what : "", what ? " " : "", name, hap_version_names[lang->version],
                    later ? "came with" : "was last in", hap_version_names[later ? since : until]);
}
