/* The branches of .if: which one is being read, and whether HAProxy reads it too. What it is known to pass over, by the
 * version hacc writes for, is kept as it stands. */
#include "hacc/read/reader.h"

static struct branch *innermost(struct reader *reader)
{
    return reader->nested ? &reader->open[reader->nested - 1] : NULL;
}

bool branch_passes(const struct reader *reader, const struct keyword *kw)
{
    const struct branch *branch = reader->nested ? &reader->open[reader->nested - 1] : NULL;

    if (kw->id == KW_DOT__ELIF)
        return branch && (branch->around == BLOCK_FALSE || branch->taken == BLOCK_TRUE);
    if (kw->id == KW_DOT__ELSE || kw->id == KW_DOT__ENDIF)
        return false;
    return reader->known == BLOCK_FALSE;
}

static void open_branch(struct reader *reader, struct span at)
{
    struct branch *branch = &reader->open[reader->nested];

    if (reader->nested == BRANCH_MAX_NESTED) {
        diag_add(reader->diags, RULE_BAD_SHAPE, at, NULL, "more than %d conditions in one another", BRANCH_MAX_NESTED);
        return;
    }
    reader->nested++;
    *branch = (struct branch){at, reader->lang->branch, reader->known, reader->lang->block, false};
    reader->known = (uint8_t)block_and((enum block_truth)branch->around, (enum block_truth)branch->taken);
    reader->lang->branch = ++reader->branches;
}

/* .elif (truth: of its condition) and .else (BLOCK_TRUE). */
static void next_branch(struct reader *reader, enum block_truth truth)
{
    struct branch *branch = innermost(reader);
    enum block_truth above = (enum block_truth)branch->taken;

    reader->known = (uint8_t)block_and((enum block_truth)branch->around, block_and(block_not(above), truth));
    branch->taken = (uint8_t)block_or(above, truth);
    reader->lang->branch = ++reader->branches;
}

static void close_branch(struct reader *reader)
{
    const struct branch *branch = innermost(reader);

    reader->lang->branch = branch->outer;
    reader->known = branch->around;
    reader->nested--;
}

/* Messages that HAProxy prints for certain. */
static void check_message(struct reader *reader, const struct keyword *kw, struct span at)
{
    if (reader->known != BLOCK_TRUE)
        return;
    if (kw->id == KW_DOT__WARNING)
        diag_add(reader->diags, RULE_WARNING_REACHED, at, "remove it once it is dealt with",
                 "HAProxy always reaches this '.warning', and prints it");
    else
        diag_add(reader->diags, RULE_ALERT_REACHED, at, "put it behind a condition",
                 "HAProxy always reaches this '.alert', and refuses the file");
}

void branch_follow(struct reader *reader, const struct keyword *kw, struct span at)
{
    bool next = kw->id == KW_DOT__ELIF || kw->id == KW_DOT__ELSE;
    struct branch *branch = innermost(reader);

    if (kw->id == KW_DOT__ALERT || kw->id == KW_DOT__WARNING)
        check_message(reader, kw, at);
    else if (kw->id == KW_DOT__IF)
        open_branch(reader, at);
    else if ((next || kw->id == KW_DOT__ENDIF) && !branch)
        diag_add(reader->diags, RULE_BAD_SHAPE, at, NULL, "'%s' without '.if' before it", kw->name);
    else if (next && branch->otherwise)
        diag_add(reader->diags, RULE_BAD_SHAPE, at, NULL, "'%s' stands behind '.else'", kw->name);
    else if (next)
        next_branch(reader, kw->id == KW_DOT__ELSE ? BLOCK_TRUE : (enum block_truth)reader->lang->block);
    else if (kw->id == KW_DOT__ENDIF)
        close_branch(reader);
    if (branch && kw->id == KW_DOT__ELSE)
        branch->otherwise = true;
}

struct branch_mark branch_begin_passed(struct reader *reader)
{
    reader->passed = true;
    return (struct branch_mark){*reader->diags, *reader->lang, reader->section->tail, reader->section->poison};
}

bool branch_end_passed(struct reader *reader, const struct branch_mark *mark)
{
    struct section *section = reader->section;
    bool understood = reader->diags->count == mark->diags.count && reader->diags->dropped == mark->diags.dropped &&
                      section->tail != mark->tail;

    reader->passed = false;
    *reader->lang = mark->lang;
    *reader->lang->refs_tail = NULL;
    if (understood)
        return true;
    *reader->diags = mark->diags;
    section->poison = mark->poison;
    section->tail = mark->tail;
    *section->tail = NULL;
    return false;
}
