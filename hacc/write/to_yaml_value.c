/* What stands behind a key: true or false, one value, HAProxy's text, or a map. */
#include "hacc/write/to_yaml_parts.h"

#include <string.h>

/* Text is kept up to here: a rule reads as a sentence, and is one up to the end of a line; of a bind line, a server or
 * a table more than so many options are hard to find in it. */
enum { RULE_SHORT = 72, OPTIONS_FEW = 3, MAP_KEYS = 64 };

static bool has_condition(uint16_t at)
{
    for (; at; at = sig_at(at)->next)
        if (sig_at(at)->kind == SIG_CONTEXT ? sig_at(at)->context == CONTEXT_COND
                                            : sig_at(at)->first && has_condition(sig_at(at)->first))
            return true;
    return false;
}

bool keyword_is_rule(const struct keyword *kw)
{
    return has_condition(kw->sig);
}

bool text_is_ugly(const struct yaml_item *text)
{
    return !scalar_is_bare(text->text, text->len, SCALAR_BLOCK) &&
           (memchr(text->text, '"', text->len) || memchr(text->text, '\'', text->len) ||
            memchr(text->text, '\\', text->len));
}

static uint32_t leaves(const struct yaml_item *item)
{
    uint32_t count = 0;

    if (item->kind != ITEM_MAP)
        return 1;
    for (const struct yaml_item *child = item->first; child; child = child->next)
        count += leaves(child);
    return count;
}

static bool is_short(const struct keyword *kw, const struct arg *args, uint32_t count, const struct yaml_item *text)
{
    uint32_t options = 0;

    if (text_is_ugly(text))
        return false;
    if (keyword_is_rule(kw))
        return text->len <= RULE_SHORT;
    for (uint32_t i = 0; i < count; i++)
        options += (args[i].flags & ARG_HEAD) != 0;
    return text->len <= TEXT_SHORT && options <= OPTIONS_FEW;
}

/* The arguments that stand on the keyword itself and are all that it has: rdp-cookie(name). */
static struct yaml_item *paren_value(struct yaml_writer *writer, const struct directive *directive)
{
    size_t known = strlen(directive->kw->name);
    struct arg inside = {.text = directive->name + known + 1};

    if (directive->name_len < known + 3)
        return item_plain(writer, "true");
    inside.len = directive->name_len - (uint32_t)known - 2;
    return literal_item(writer, &inside);
}

uint32_t verbatim_key_words(const struct directive *directive)
{
    for (uint32_t i = 0; i < directive->arg_count; i++)
        if (directive->args[i].flags & ARG_ENV)
            return i + 1;
    return 1;
}

bool is_passed_over(const struct directive *directive)
{
    return directive->kw == &keyword_verbatim && !(directive->args[verbatim_key_words(directive) - 1].flags & ARG_ENV);
}

/* The map of a directive whose last words HAProxy passes over; those before are args[0..count). NULL: there is none. */
static struct yaml_item *ignored_map(struct yaml_writer *writer, uint16_t at, const struct arg *args, uint32_t count,
                                     uint32_t ignored)
{
    struct yaml_item *map = map_item(writer, at, args, count);

    if (map)
        item_add(map, "ignored", 7, text_item(writer, args + count, ignored));
    return map;
}

static uint32_t count_ignored(const struct arg *args, uint32_t count)
{
    uint32_t ignored = 0;

    while (ignored < count && args[count - ignored - 1].flags & ARG_IGNORED)
        ignored++;
    return ignored;
}

struct yaml_item *value_item(struct yaml_writer *writer, const struct directive *directive, bool named)
{
    const struct keyword *kw = directive->kw;
    uint32_t skip = kw == &keyword_verbatim ? verbatim_key_words(directive) : named;
    const struct arg *args = directive->args + skip;
    uint16_t at = named ? sig_at(kw->sig)->next : kw->sig;
    uint32_t count = directive->arg_count - skip, ignored = count_ignored(args, count);
    struct yaml_item *text, *map;

    if (directive->form != FORM_PLAIN)
        return item_plain(writer, directive->form == FORM_NO ? "false" : "default");
    if (kw->paren && !kw->sig)
        return paren_value(writer, directive);
    if (ignored && writer->config->lang.version < (enum hap_version)kw->ignores &&
        (map = ignored_map(writer, at, args, count - ignored, ignored)))
        return map;
    if (!count)
        return item_plain(writer, "true");
    if (sig_is_one_word(at) && (named || !kw->paren))
        return literal_item(writer, args);
    text = text_item(writer, args, count);
    if (is_short(kw, args, count, text))
        return text;
    map = map_item(writer, at, args, count);
    return map && leaves(map) > 1 && map->len <= MAP_KEYS ? map : text;
}

struct yaml_item *value_in_group(struct yaml_writer *writer, const struct directive *directive, const char *name,
                                 uint32_t len)
{
    struct yaml_item *value = value_item(writer, directive, false), *map;
    uint32_t skip = directive->kw == &keyword_verbatim ? verbatim_key_words(directive) : 0;
    struct buf out;

    if (directive->form != FORM_PLAIN || value->kind == ITEM_MAP) {
        map = item_new(writer, ITEM_MAP);
        item_add(map, name, len, value);
        return map;
    }
    buf_init_in(&out, writer->arena);
    if (memchr(name, '(', len))
        text_word(&out, name, len);
    else
        buf_add(&out, name, len);
    if (directive->arg_count > skip)
        buf_putc(&out, ' ');
    text_words(&out, directive->args + skip, directive->arg_count - skip);
    return item_text(writer, out.data, (uint32_t)out.len);
}
