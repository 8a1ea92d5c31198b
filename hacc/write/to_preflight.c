#include "hacc/write/to_preflight.h"

#include "hacc/base/diag.h"
#include "hacc/base/json_arena.h"

static const char *const colors[] = {
    [PREFLIGHT_OK] = "\033[32m",
    [PREFLIGHT_UNKNOWN] = "\033[36m",
    [PREFLIGHT_WARNING] = "\033[1;33m",
    [PREFLIGHT_FAILURE] = "\033[1;31m",
};

/* The columns before what was found. */
#define COLUMNS "%-7s  %-12s  "
#define MARGIN  "                       "

static void print_row(const struct preflight_row *row, const struct sources *sources, bool color, struct buf *out)
{
    struct source *source = sources->at[row->at.src];

    buf_printf(out, "%s" COLUMNS "%s", color ? colors[row->state] : "", preflight_state_name(row->state),
               preflight_check_name(row->check), color ? "\033[0m" : "");
    diag_visible(out, row->found, strlen(row->found));
    buf_putc(out, '\n');
    if (source && row->state != PREFLIGHT_OK) {
        buf_puts(out, MARGIN);
        diag_visible(out, source->name, strlen(source->name));
        buf_printf(out, ":%u\n", source_place(source, row->at.off).line);
    }
    if (row->fix) {
        buf_puts(out, MARGIN "fix: ");
        diag_visible(out, row->fix, strlen(row->fix));
        buf_putc(out, '\n');
    }
}

/* Appends "2 warnings", and what parts it from what follows. */
static void print_count(uint32_t count, const char *one, const char *many, const char *behind, struct buf *out)
{
    buf_printf(out, "%u %s%s", count, count == 1 ? one : many, behind);
}

void preflight_print(const struct preflight *preflight, const struct sources *sources, bool all, bool color,
                     struct buf *out)
{
    for (uint32_t i = 0; i < preflight->count; i++)
        if (all || preflight->at[i].state != PREFLIGHT_OK)
            print_row(&preflight->at[i], sources, color, out);
    print_count(preflight->states[PREFLIGHT_FAILURE], "failure", "failures", ", ", out);
    print_count(preflight->states[PREFLIGHT_WARNING], "warning", "warnings", ", ", out);
    print_count(preflight->states[PREFLIGHT_UNKNOWN], "unknown", "unknown", ", ", out);
    print_count(preflight->states[PREFLIGHT_OK], "ok", "ok", "\n", out);
}

/* Texts may hold bytes of the input, JSON only characters. */
static json_t *json_text(const char *text, struct arena *arena)
{
    struct buf clean;

    if (!text)
        return json_null();
    buf_init_in(&clean, arena);
    diag_visible(&clean, text, strlen(text));
    return json_string(buf_text(&clean));
}

static json_t *json_row(const struct preflight_row *row, const struct sources *sources, struct arena *arena)
{
    struct source *source = sources->at[row->at.src];
    struct place place = source ? source_place(source, row->at.off) : (struct place){0};

    return json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "check", preflight_check_name(row->check), "state",
                     preflight_state_name(row->state), "found", json_text(row->found, arena), "fix",
                     json_text(row->fix, arena), "file", json_text(source ? source->name : NULL, arena), "line",
                     source ? json_integer(place.line) : json_null(), "column",
                     source ? json_integer(place.column) : json_null());
}

void preflight_json(const struct preflight *preflight, const struct sources *sources, struct buf *out)
{
    buf_puts(out, "{\"checks\": [\n");
    json_arena_begin(preflight->arena);
    for (uint32_t i = 0; i < preflight->count; i++) {
        json_print(json_row(&preflight->at[i], sources, preflight->arena), 0, out);
        buf_puts(out, i + 1 < preflight->count ? ",\n" : "\n");
    }
    json_arena_end();
    buf_printf(out, "], \"failures\": %u, \"warnings\": %u, \"unknown\": %u, \"ok\": %u}\n",
               preflight->states[PREFLIGHT_FAILURE], preflight->states[PREFLIGHT_WARNING],
               preflight->states[PREFLIGHT_UNKNOWN], preflight->states[PREFLIGHT_OK]);
}
