#include "hacc/base/diag.h"
#include "hacc/write/to_changes.h"

#include <string.h>

/* Of many names this many are shown. */
enum { NAMES_SHOWN = 4 };

const char *change_group_name(enum change_group group)
{
    static const char *const names[CHANGE_GROUPS] = {"global",  "frontends", "routes",   "backends",
                                                     "servers", "timeouts",  "sections", "system"};

    return names[group];
}

const char *change_kind_name(enum change_kind kind)
{
    static const char *const names[] = {"added", "removed", "changed", "moved", "renamed"};

    return names[kind];
}

const char *change_way_name(enum change_way way)
{
    static const char *const names[CHANGE_WAYS] = {"reload",         "weight",     "address",       "state",
                                                   "server-maxconn", "server-add", "server-remove", "frontend-maxconn",
                                                   "global-maxconn", "rate",       "outside"};

    return names[way];
}

void changes_count(const struct changes *changes, uint32_t *runtime, uint32_t *outside)
{
    *runtime = *outside = 0;
    for (const struct change *change = changes->first; change; change = change->next) {
        *outside += change->way == CHANGE_OUTSIDE;
        *runtime += change->way != CHANGE_OUTSIDE && change->way != CHANGE_RELOAD;
    }
}

static void paint(const struct changes_report *report, const char *code, struct buf *out)
{
    if (report->color)
        buf_printf(out, "\033[%sm", code);
}

static void add_text(struct buf *out, const char *text)
{
    diag_visible(out, text, strlen(text));
}

static void add_name(struct buf *out, const char *text, uint32_t len)
{
    buf_putc(out, '\'');
    diag_visible(out, text, len);
    buf_putc(out, '\'');
}

static const struct change_side *side_of(const struct change_target *target)
{
    return target->new.section ? &target->new : &target->old;
}

/* The names of what a change is about, as far as they are shown: of sections, of servers or, of several sections, of
 * both. */
static void add_names(struct buf *out, const struct change *change, bool sections, bool servers)
{
    uint32_t shown = 0;

    for (const struct change_target *target = change->first; target && shown <= NAMES_SHOWN; target = target->next) {
        const struct change_side *side = side_of(target);

        buf_puts(out, shown ? ", " : " (");
        if (shown++ == NAMES_SHOWN) {
            buf_puts(out, "…");
            break;
        }
        if (sections)
            diag_visible(out, side->section->name, side->section->name_len);
        buf_puts(out, sections && servers ? "/" : "");
        if (servers)
            diag_visible(out, side->server->args->text, side->server->args->len);
    }
    buf_putc(out, ')');
}

/* Whether all that a change is about is in one section, or in sections of one kind. */
static bool are_alike(const struct change *change, bool one)
{
    const struct section *first = side_of(change->first)->section;

    for (const struct change_target *target = change->first; target; target = target->next) {
        const struct section *section = side_of(target)->section;

        if (one ? section != first : section->context != first->context)
            return false;
    }
    return true;
}

static void add_section(struct buf *out, const struct section *section)
{
    buf_puts(out, contexts[section->context].name);
    if (!section->name_len)
        return;
    buf_putc(out, ' ');
    add_name(out, section->name, section->name_len);
}

/* "backend 'app', server 'web1'", "3 frontends (a, b, c)" */
static void add_subject(struct buf *out, const struct change *change)
{
    const struct change_side *side = side_of(change->first);
    bool part = change->part;

    if (!side->section || side->section->context == CONTEXT_NONE)
        return;
    if (change->target_count == 1 || (part && are_alike(change, true))) {
        add_section(out, side->section);
        if (part && change->target_count == 1) {
            buf_puts(out, ", ");
            add_text(out, change->what);
        } else if (part) {
            buf_printf(out, ", %u servers", change->target_count);
            add_names(out, change, false, true);
        }
    } else if (part) {
        buf_printf(out, "%u servers", change->target_count);
        add_names(out, change, true, true);
    } else {
        buf_printf(out, "%u %ss", change->target_count,
                   are_alike(change, false) ? contexts[side->section->context].name : "section");
        add_names(out, change, true, false);
    }
    buf_puts(out, ": ");
}

static void add_moved(struct buf *out, const struct change *change)
{
    struct buf above;

    add_text(out, change->new_text);
    if (!change->above) {
        buf_puts(out, ", now the first");
        return;
    }
    buf_init_in(&above, out->arena);
    changes_line(&above, change->above);
    buf_puts(out, ", now below '");
    add_text(out, buf_text(&above));
    buf_putc(out, '\'');
}

/* What there is: of a section that is new, gone or renamed the text names the section. */
static void add_change(const struct changes_report *report, const struct change *change, struct buf *out)
{
    static const char marks[] = "+-~>=";
    static const char *const colors[] = {"32", "31", "33", "36", "36"};

    buf_puts(out, "  ");
    paint(report, colors[change->kind], out);
    buf_putc(out, marks[change->kind]);
    paint(report, "0", out);
    buf_putc(out, ' ');
    if (change->first->old.line || change->first->new.line || change->first->old.server)
        add_subject(out, change);
    switch (change->kind) {
    case CHANGE_MOVED:
        add_moved(out, change);
        break;
    case CHANGE_ADDED:
        add_text(out, change->new_text);
        break;
    case CHANGE_REMOVED:
        add_text(out, change->old_text);
        break;
    case CHANGE_CHANGED:
    case CHANGE_RENAMED:
        add_text(out, change->old_text);
        buf_puts(out, change->kind == CHANGE_RENAMED ? " is now " : " -> ");
        add_text(out, change->new_text);
        if (strcmp(change->old_text, change->new_text) == 0)
            buf_puts(out, " (another secret)");
        break;
    }
    buf_putc(out, '\n');
}

static void add_place(struct buf *out, const struct config *config, struct span at)
{
    struct source *source = config->sources->at[at.src];

    diag_visible(out, source->name, strlen(source->name));
    buf_printf(out, ":%u", source_place(source, at.off).line);
}

static void add_ways(const struct changes_report *report, const struct change *change, struct buf *out)
{
    buf_puts(out, "      ");
    if (change->old_at.src)
        add_place(out, report->old, change->old_at);
    if (change->old_at.src && change->new_at.src)
        buf_puts(out, " -> ");
    if (change->new_at.src)
        add_place(out, report->new, change->new_at);
    if (change->old_at.src || change->new_at.src)
        buf_puts(out, "; ");
    buf_puts(out, change->way == CHANGE_RELOAD    ? "reload: "
                  : change->way == CHANGE_OUTSIDE ? "no reload: "
                                                  : "at run time: ");
    buf_puts(out, change->why);
    buf_putc(out, '\n');
}

static void add_summary(const struct changes_report *report, struct buf *out)
{
    const struct changes *changes = report->changes;
    uint32_t runtime, outside;

    changes_count(changes, &runtime, &outside);
    if (!changes->count) {
        buf_puts(out, "no change in meaning\n");
        return;
    }
    buf_printf(out, "%u change%s", changes->count, changes->count == 1 ? "" : "s");
    if (!changes->reloads) {
        buf_printf(out, ": no reload needed\n");
        return;
    }
    if (changes->reloads == changes->count) {
        buf_printf(out, ": %s a reload\n", changes->count == 1 ? "it needs" : "all need");
        return;
    }
    buf_printf(out, ": %u by a reload, %u at run time", changes->reloads, runtime);
    if (outside)
        buf_printf(out, ", %u outside of HAProxy", outside);
    buf_putc(out, '\n');
}

static void print(const struct changes_report *report, struct buf *out)
{
    const struct change *before = NULL;

    for (const struct change *change = report->changes->first; change; change = change->next) {
        if (!before || before->group != change->group) {
            paint(report, "1", out);
            buf_puts(out, change_group_name(change->group));
            paint(report, "0", out);
            buf_putc(out, '\n');
        }
        add_change(report, change, out);
        add_ways(report, change, out);
        before = change;
    }
    if (before)
        buf_putc(out, '\n');
    add_summary(report, out);
}

const struct changes_format changes_text = {"text", print};
