/* The `apply:` map. */
#include "hacc/read/reader.h"

static void unknown_setting(struct reader *reader, const struct node *key)
{
    const char *names[APPLY_SETTINGS], *near;

    for (int i = 0; i < APPLY_SETTINGS; i++)
        names[i] = apply_forms[i].name;
    near = diag_suggest(key->text, key->len, names, APPLY_SETTINGS);
    diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key),
             near ? arena_printf(reader->lang->arena, "did you mean '%s'?", near) : "'hacc apply --help' lists them",
             "'apply' has no setting '%.*s'", (int)key->len, key->text);
}

void apply_read(struct reader *reader, const struct node *map)
{
    struct arena *arena = reader->lang->arena;

    if (map->kind != NODE_MAP) {
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(map), "write apply: {mode: daemon}",
                 "'apply' is a map of settings");
        return;
    }
    for (const struct node *key = map->first; key; key = node_next_key(key)) {
        enum apply_setting setting = apply_setting_find(key->text, key->len);
        const struct node *value = key->next;
        const char *words = setting == APPLY_SETTINGS ? "" : apply_forms[setting].words;

        if ((value->flags | key->flags) & NODE_POISON)
            continue;
        if (setting == APPLY_SETTINGS)
            unknown_setting(reader, key);
        else if (value->kind != NODE_SCALAR || !apply_setting_takes(setting, value->text, value->len) ||
                 memchr(value->text, '\n', value->len))
            diag_add(reader->diags, RULE_BAD_SHAPE, node_span(value),
                     *words == '*' ? NULL : arena_printf(arena, "it takes one of: %s", words), "'%s' takes %s",
                     apply_forms[setting].name, *words == '*' ? "a text" : "one of its words");
        else
            reader->config->apply.at[setting] = arena_strndup(arena, value->text, value->len);
    }
}
