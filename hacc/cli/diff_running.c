#include "hacc/cli/diff_running.h"

#include "hacc/cli/cli.h"

#include <stdlib.h>

/* Gives the text of the generation: as it was kept or, where it is at the target, from there. */
static bool read_text(struct apply *apply, const char *live, struct buf *text)
{
    const char *why = NULL;

    if (generation_read(&apply->state, live, text, &why) ||
        (!apply->edited && strcmp(live, apply->previous) == 0 && install_read(apply->target, text, &why)))
        return true;
    cli_error("running: generation %s is not kept%s%s", live, why ? ": " : "", why ? why : "");
    return false;
}

static bool read_live(struct apply_run *run, struct compilation *c, const struct compile_options *options)
{
    struct apply *apply = &run->apply;
    struct buf text;
    const char *live, *body;
    size_t len;

    run->dry_run = apply->dry_run = true;
    run->c.config.lang.version = HAP_NEWEST;
    apply_run_remember(run);
    if (apply_run_begin(run) != EXIT_SUCCESS)
        return false;
    live = apply_live(apply);
    if (!*live) {
        cli_error("running: no haproxy that 'hacc apply' has started answers ('hacc status' tells more)");
        return false;
    }
    buf_init_in(&text, &c->arena);
    if (!read_text(apply, live, &text))
        return false;
    body = generation_body(text.data, text.len, &len);
    compile_text(c, "running", arena_strndup(&c->arena, body, len), INPUT_CFG, options);
    return true;
}

bool running_read(const struct apply_settings *asked, struct compilation *c, const struct compile_options *options)
{
    struct apply_run *run = arena_zalloc(&c->arena, sizeof(*run));
    bool good;

    apply_run_init(run);
    run->c.arena.oom = run->installed.arena.oom = c->arena.oom;
    run->apply.settings = *asked;
    good = read_live(run, c, options);
    apply_run_end(run);
    return good;
}
