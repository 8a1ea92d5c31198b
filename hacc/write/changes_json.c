#include "hacc/base/json_arena.h"
#include "hacc/write/to_changes.h"

#include <string.h>

/* Names and lines may hold bytes of the input, JSON only characters. */
static json_t *text_of(const char *from, size_t len, struct arena *arena)
{
    struct buf clean;

    if (!from)
        return json_null();
    buf_init_in(&clean, arena);
    diag_visible(&clean, from, len);
    return json_string(buf_text(&clean));
}

static json_t *string(const char *from, struct arena *arena)
{
    return text_of(from, from ? strlen(from) : 0, arena);
}

static json_t *side(const struct config *config, struct span at, const char *text, struct arena *arena)
{
    struct source *source = config->sources->at[at.src];
    struct place place = {0, 0};

    if (!text)
        return json_null();
    if (!source)
        return json_pack("{s:n,s:n,s:n,s:o}", "file", "line", "column", "text", string(text, arena));
    place = source_place(source, at.off);
    return json_pack("{s:o,s:i,s:i,s:o}", "file", string(source->name, arena), "line", (int)place.line, "column",
                     (int)place.column, "text", string(text, arena));
}

static json_t *targets(const struct change *change, struct arena *arena)
{
    json_t *list = json_array();

    for (const struct change_target *target = change->first; target; target = target->next) {
        const struct change_side *one = target->new.section ? &target->new : &target->old;
        const struct directive *server = target->new.server ? target->new.server : target->old.server;

        if (!one->section)
            continue;
        json_array_append_new(list,
                              json_pack("{s:s,s:o,s:o}", "section", contexts[one->section->context].name, "name",
                                        text_of(one->section->name, one->section->name_len, arena), "server",
                                        server ? text_of(server->args->text, server->args->len, arena) : json_null()));
    }
    return list;
}

static json_t *line_above(const struct change *change, struct arena *arena)
{
    struct buf text;

    if (!change->above)
        return json_null();
    buf_init_in(&text, arena);
    changes_line(&text, change->above);
    return string(buf_text(&text), arena);
}

static json_t *object(const struct changes_report *report, const struct change *change, struct arena *arena)
{
    json_t *found = json_object();

    json_object_set_new(found, "group", json_string(change_group_name(change->group)));
    json_object_set_new(found, "kind", json_string(change_kind_name(change->kind)));
    json_object_set_new(found, "way", json_string(change_way_name(change->way)));
    json_object_set_new(found, "reload", json_boolean(change->way == CHANGE_RELOAD));
    json_object_set_new(found, "why", json_string(change->why));
    json_object_set_new(found, "old", side(report->old, change->old_at, change->old_text, arena));
    json_object_set_new(found, "new", side(report->new, change->new_at, change->new_text, arena));
    json_object_set_new(found, "above", line_above(change, arena));
    if (change->options && !change->secret)
        json_object_set_new(found, "options", string(change->options, arena));
    json_object_set_new(found, "targets", targets(change, arena));
    return found;
}

static void print(const struct changes_report *report, struct buf *out)
{
    const struct changes *changes = report->changes;
    uint32_t runtime, outside;

    json_arena_begin(out->arena);
    buf_printf(out, "{\"haproxy\": \"%s\", \"changes\": [", hap_version_names[report->new->lang.version]);
    for (const struct change *change = changes->first; change; change = change->next) {
        buf_puts(out, change == changes->first ? "\n" : ",\n");
        json_print(object(report, change, out->arena), 0, out);
    }
    json_arena_end();
    changes_count(changes, &runtime, &outside);
    buf_printf(out, "%s], \"reloads\": %u, \"runtime\": %u, \"outside\": %u}\n", changes->count ? "\n" : "",
               changes->reloads, runtime, outside);
}

const struct changes_format changes_json = {"json", print};
