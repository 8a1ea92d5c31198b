#include "hacc/cli/lint_mend.h"

#include "hacc/cli/cli.h"
#include "hacc/cli/lint_files.h"
#include "hacc/cli/rewrite.h"
#include "hacc/write/diff.h"
#include "hacc/write/edits.h"

/* Fixes may make room for others that overlapped them; deeper than this nothing is nested. */
enum { ROUNDS = 10 };

/* What a round of fixes is measured by. */
struct tally {
    bool understood;
    uint32_t lines;             /* directives */
    uint32_t found[RULE_COUNT]; /* findings that count */
    uint32_t errors[RULE_COUNT];
};

/* Whether a source may be changed. */
enum access {
    MAY_CHANGE,
    NOT_ASKED, /* it stands beside standard input */
    SHARED     /* what mends it here may be a fault where it stands as well */
};

struct mend {
    struct lint_run *run;
    struct lint_unit *unit;
    struct edit *edits; /* chosen, of the compilation at hand */
    uint32_t count;
    bool held[RULE_COUNT]; /* rules whose fixes did not pass */
    enum access *access;   /* by source */
    uint32_t done;         /* findings mended */
};

static void take_tally(const struct compilation *c, struct tally *tally)
{
    memset(tally, 0, sizeof(*tally));
    tally->understood = compile_understood(c);
    for (const struct section *section = c->config.first; section; section = section->next)
        for (const struct directive *d = section->first; d; d = d->next)
            tally->lines++;
    for (uint32_t i = 0; i < c->diags.count; i++) {
        const struct diag *diag = &c->diags.at[i];

        if (diag->fate != DIAG_NEW)
            continue;
        tally->found[diag->rule]++;
        tally->errors[diag->rule] += diag->severity == SEVERITY_ERROR;
    }
}

/* Notes which sources may be changed. */
static void find_access(struct mend *mend)
{
    const struct sources *sources = &mend->run->c.sources;

    mend->access = arena_zalloc(&mend->run->arena, sources->count * sizeof(*mend->access));
    for (uint32_t src = 1; src < sources->count; src++) {
        if (sources->from_stdin)
            mend->access[src] = src == sources->from_stdin ? MAY_CHANGE : NOT_ASKED;
        else if (lint_is_shared(mend->run, sources->at[src]->name))
            mend->access[src] = SHARED;
    }
}

/* Chooses the edits of a round: of one rule, or (RULE_COUNT) of all that are not held. */
static void choose(struct mend *mend, enum rule_id only)
{
    const struct diags *diags = &mend->run->c.diags;

    mend->edits = arena_alloc(&mend->run->arena, (diags->count + 1) * sizeof(*mend->edits));
    mend->count = 0;
    for (uint32_t i = 0; i < diags->count; i++) {
        const struct diag *diag = &diags->at[i];

        if (diag->fate != DIAG_NEW || !diag->fix || mend->held[diag->rule] || mend->access[diag->fix->at.src] ||
            (only != RULE_COUNT && diag->rule != only))
            continue;
        mend->edits[mend->count++] = (struct edit){*diag->fix, diag->rule};
    }
    mend->count = edits_choose(mend->edits, mend->count);
}

/* Gives the text that stands for a source, which it gets where it has none yet. */
static struct lint_text *text_of(struct mend *mend, uint32_t src)
{
    struct lint_run *run = mend->run;
    const struct source *source = run->c.sources.at[src];
    bool from_stdin = src == run->c.sources.from_stdin;
    struct lint_text *text = mend->unit->texts;

    while (text && (text->from_stdin != from_stdin || strcmp(text->name, source->name) != 0))
        text = text->next;
    if (text)
        return text;
    text = arena_zalloc(&run->arena, sizeof(*text));
    text->name = arena_strndup(&run->arena, source->name, strlen(source->name));
    text->from_stdin = from_stdin;
    buf_init_in(&text->before, &run->arena);
    buf_add(&text->before, source->data, source->len);
    text->now = text->before;
    text->next = mend->unit->texts;
    mend->unit->texts = text;
    return text;
}

/* Puts the edited texts in the place of the sources. */
static void apply(struct mend *mend)
{
    for (uint32_t i = 0, next; i < mend->count; i = next) {
        uint32_t src = mend->edits[i].fix.at.src;
        struct lint_text *text = text_of(mend, src);

        for (next = i; next < mend->count && mend->edits[next].fix.at.src == src; next++)
            ;
        text->last = text->now;
        buf_init_in(&text->now, &mend->run->arena);
        edits_apply(mend->run->c.sources.at[src], mend->edits + i, next - i, &text->now);
        text->edited = true;
    }
}

static bool passes(const struct mend *mend, const struct tally *before, const struct tally *after)
{
    uint32_t gone[RULE_COUNT] = {0};

    for (uint32_t i = 0; i < mend->count; i++)
        gone[mend->edits[i].rule]++;
    for (int rule = 0; rule < RULE_COUNT; rule++)
        if ((gone[rule] && after->found[rule] + gone[rule] > before->found[rule]) ||
            after->errors[rule] > before->errors[rule])
            return false;
    return after->understood && after->lines + mend->count >= before->lines;
}

/* Does the chosen edits. Gives false, and all is as before, where the configuration does not become what it should. */
static bool try_edits(struct mend *mend)
{
    struct lint_run *run = mend->run;
    struct tally before, after;

    take_tally(&run->c, &before);
    for (struct lint_text *text = mend->unit->texts; text; text = text->next)
        text->edited = false;
    apply(mend);
    compile_release(&run->c);
    lint_compile(run, mend->unit);
    take_tally(&run->c, &after);
    if (passes(mend, &before, &after)) {
        mend->done += mend->count;
        return true;
    }
    for (struct lint_text *text = mend->unit->texts; text; text = text->next)
        if (text->edited)
            text->now = text->last;
    compile_release(&run->c);
    lint_compile(run, mend->unit);
    return false;
}

/* The rules one by one, where they do not pass together. Gives whether one passed. */
static bool try_rules(struct mend *mend)
{
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        if (!rule_get((enum rule_id)rule)->fix)
            continue;
        choose(mend, (enum rule_id)rule);
        if (mend->count && try_edits(mend))
            return true;
        if (mend->count)
            cli_error("%s: --fix leaves %s as it is: the fix would change more than that",
                      mend->run->c.sources.at[mend->edits->fix.at.src]->name, rule_get((enum rule_id)rule)->id);
        mend->held[rule] |= mend->count > 0;
    }
    return false;
}

static void mend_all(struct mend *mend)
{
    for (int round = 0; round < ROUNDS; round++) {
        find_access(mend);
        choose(mend, RULE_COUNT);
        if (!mend->count || (!try_edits(mend) && !try_rules(mend)))
            return;
    }
}

/* Names the files that stay as they are though there is a fix. */
static void tell_shared(struct mend *mend)
{
    const struct compilation *c = &mend->run->c;

    find_access(mend);
    for (uint32_t i = 0; i < c->diags.count; i++) {
        const struct fix *fix = c->diags.at[i].fix;

        if (c->diags.at[i].fate != DIAG_NEW || !fix || mend->access[fix->at.src] != SHARED)
            continue;
        cli_error("%s: --fix leaves it as it is: it is read more than once", c->sources.at[fix->at.src]->name);
        mend->access[fix->at.src] = NOT_ASKED;
    }
}

/* Delivers one text. Gives false where it cannot be written. */
static bool deliver(struct lint_run *run, struct lint_text *text)
{
    if (run->fix == LINT_FIX_DIFF) {
        diff_unified(text->name, (struct text){text->before.data, (uint32_t)text->before.len},
                     (struct text){text->now.data, (uint32_t)text->now.len}, &run->arena, &run->changes);
        text->now = text->before;
        return true;
    }
    if (text->from_stdin) {
        buf_add(&run->changes, text->now.data, text->now.len);
        return true;
    }
    return rewrite_file(text->name, &text->now, &run->arena);
}

/* Delivers all texts. Of them only that of standard input is kept: it cannot be read again. */
static bool deliver_all(struct lint_run *run, struct lint_unit *unit)
{
    struct lint_text *texts = unit->texts;
    bool good = true;

    unit->texts = NULL;
    for (struct lint_text *text = texts, *next; text; text = next) {
        next = text->next;
        good = deliver(run, text) && good;
        if (!text->from_stdin)
            continue;
        text->next = NULL;
        unit->texts = text;
    }
    return good;
}

bool lint_mend(struct lint_run *run, struct lint_unit *unit)
{
    struct mend mend = {.run = run, .unit = unit};
    bool good;

    lint_compile(run, unit);
    if (compile_understood(&run->c)) {
        mend_all(&mend);
        tell_shared(&mend);
    }
    compile_release(&run->c);
    good = deliver_all(run, unit);
    if (good && run->fix == LINT_FIX_WRITE)
        unit->mended = mend.done;
    return good;
}
