#include "hacc/check/ignores.h"

#include <stdlib.h>

/* A rule that a comment names. */
struct ignore {
    uint32_t src, line; /* where the line begins that it is for */
    enum rule_id rule;
    struct span at; /* the rule's id in the comment */
    struct span comment;
    const char *reason; /* NULL: none */
    bool used;
};

struct ignores {
    struct config *config;
    struct ignore *at;
    uint32_t count, cap;
    uint32_t src, line; /* of the last comment on a line of its own: what it is for */
};

/* What is left of a comment. */
struct rest {
    const char *at, *end;
};

static void skip_blanks(struct rest *rest)
{
    while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\t'))
        rest->at++;
}

static bool skip(struct rest *rest, const char *text)
{
    size_t len = strlen(text);

    if ((size_t)(rest->end - rest->at) < len || memcmp(rest->at, text, len) != 0)
        return false;
    rest->at += len;
    return true;
}

/* Whether the line of the comment at `off` holds nothing before it. */
static bool stands_alone(const struct source *source, uint32_t line, uint32_t off)
{
    while (line < off && strchr(" \t", source->data[line]))
        line++;
    return line == off;
}

/* Gives the start of the first line from `off` on that holds more than a comment; the text's end: there is none. */
static uint32_t next_line(const struct source *source, uint32_t off)
{
    while (off < source->len) {
        const char *line = source->data + off, *end = memchr(line, '\n', source->len - off);
        const char *first = line + strspn(line, " \t\r");

        if (*first != '\n' && *first != '#')
            return off;
        if (!end)
            break;
        off += (uint32_t)(end - line) + 1;
    }
    return source->len;
}

/* Gives the start of the line that a comment is for. */
static uint32_t target(struct ignores *ignores, struct source *source, struct span comment)
{
    uint32_t len, line = (uint32_t)(source_line(source, comment.off, &len) - source->data);

    if (!stands_alone(source, line, comment.off))
        return line;
    /* comments below one another are for one line */
    if (ignores->src != comment.src || comment.off > ignores->line) {
        ignores->src = comment.src;
        ignores->line = next_line(source, line);
    }
    return ignores->line;
}

static bool bad(struct ignores *ignores, struct span at, const char *help, const char *what)
{
    return diag_add(ignores->config->diags, RULE_BAD_IGNORE, at, help, "%s", what);
}

static void add_rule(struct ignores *ignores, struct ignore ignore, const char *id, uint32_t len)
{
    struct arena *arena = ignores->config->arena;
    struct diags *diags = ignores->config->diags;
    const char *like;

    ignore.rule = rule_find(id, len);
    if (ignore.rule == RULE_COUNT) {
        like = rule_suggest(id, len, false);
        diag_add(diags, RULE_BAD_IGNORE, ignore.at, like ? arena_printf(arena, "did you mean '%s'?", like) : NULL,
                 "there is no rule '%.*s'", (int)len, id);
    } else if (rule_is_refused(rule_get(ignore.rule))) {
        diag_add(diags, RULE_BAD_IGNORE, ignore.at, "mend it, and remove the comment",
                 "what '%.*s' finds is an error for hacc build too: it cannot be ignored", (int)len, id);
    } else {
        if (ignores->count == ignores->cap)
            ignores->at = arena_extend(arena, ignores->at, ignores->count, &ignores->cap, 16, sizeof(*ignores->at));
        ignores->at[ignores->count++] = ignore;
    }
}

/* The ids between the brackets. Gives false where one is missing, or the brackets do not close. */
static bool read_rules(struct ignores *ignores, struct ignore ignore, struct rest *rest, const char *data)
{
    for (;;) {
        const char *id;

        skip_blanks(rest);
        id = rest->at;
        while (rest->at < rest->end && !strchr(" \t,]", *rest->at))
            rest->at++;
        ignore.at.off = (uint32_t)(id - data);
        ignore.at.len = (uint32_t)(rest->at - id);
        skip_blanks(rest);
        if (!ignore.at.len || rest->at == rest->end || !strchr(",]", *rest->at))
            return false;
        add_rule(ignores, ignore, id, ignore.at.len);
        if (*rest->at++ == ']')
            return true;
    }
}

/* Gives the text behind "--" in *reason. False: something else stands there. */
static bool read_reason(struct ignores *ignores, struct rest *rest, const char **reason)
{
    skip_blanks(rest);
    if (rest->at == rest->end)
        return true;
    if (!skip(rest, "--"))
        return false;
    skip_blanks(rest);
    if (rest->at < rest->end)
        *reason = arena_strndup(ignores->config->arena, rest->at, (size_t)(rest->end - rest->at));
    return true;
}

static void read_comment(struct ignores *ignores, struct span comment)
{
    static const char form[] = "write # hacc: ignore[RULE] or # hacc: ignore[RULE, RULE] -- reason";
    struct source *source = ignores->config->sources->at[comment.src];
    struct rest rest = {source->data + comment.off, source->data + comment.off + comment.len};
    struct ignore ignore = {.src = comment.src, .at = comment, .comment = comment};
    uint32_t first = ignores->count;
    const char *reason = NULL;

    while (rest.end > rest.at && strchr(" \t\r", rest.end[-1]))
        rest.end--;
    if (!skip(&rest, "#"))
        return;
    skip_blanks(&rest);
    if (!skip(&rest, "hacc:"))
        return;
    skip_blanks(&rest);
    if (!skip(&rest, "ignore") || (rest.at < rest.end && !strchr(" \t[", *rest.at)))
        return;
    ignore.line = target(ignores, source, comment);
    if (!skip(&rest, "[") || !read_rules(ignores, ignore, &rest, source->data)) {
        bad(ignores, comment, form, "this comment does not say which rules it ignores");
        return;
    }
    if (!read_reason(ignores, &rest, &reason))
        bad(ignores, comment, form, "what stands behind the rules is no reason, which begins with '--'");
    while (first < ignores->count)
        ignores->at[first++].reason = reason;
}

static int compare(const void *pa, const void *pb)
{
    const struct ignore *a = pa, *b = pb;

    if (a->src != b->src)
        return a->src < b->src ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static void settle(struct ignores *ignores, struct diag *diag)
{
    struct ignore wanted = {.src = diag->at[0].src, .rule = diag->rule}, *found;
    struct source *source = ignores->config->sources->at[wanted.src];
    uint32_t len;

    if (!source || diag->fate != DIAG_NEW)
        return;
    wanted.line = (uint32_t)(source_line(source, diag->at[0].off, &len) - source->data);
    found = bsearch(&wanted, ignores->at, ignores->count, sizeof(wanted), compare);
    if (!found)
        return;
    found->used = true;
    diag_settle(ignores->config->diags, diag, DIAG_IGNORED, found->reason);
}

/* Whether the rule can find anything here: it speaks, and the version of HAProxy has the fault. */
static bool applies(const struct ignores *ignores, const struct ignore *ignore)
{
    const struct diag_levels *levels = ignores->config->diags->levels;
    const struct rule *rule = rule_get(ignore->rule);
    enum hap_version version = ignores->config->lang.version;

    if (levels && levels->level(levels->context, ignore->rule, ignore->src) == RULE_OFF)
        return false;
    return (!rule->since || (int)version >= hap_version_parse(rule->since, strlen(rule->since))) &&
           (!rule->until || (int)version <= hap_version_parse(rule->until, strlen(rule->until)));
}

/* Whether what the rule finds hangs on more than the configuration: files that it names, or what else runs on the
 * machine. A comment that is of no use here may be needed where it is used. */
static bool depends_on_machine(enum rule_id rule)
{
    static const enum rule_id some[] = {RULE_PORT_CLASH, RULE_PORT_COVERED, RULE_HOST_UNREAD, RULE_MAP_TARGET_MISSING};

    for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++)
        if (rule == some[i])
            return true;
    return false;
}

/* Takes the rule out of the list, or the comment away, where no other rule is in it. */
static void fix_unused(struct ignores *ignores, const struct ignore *ignore)
{
    struct source *source = ignores->config->sources->at[ignore->src];
    const char *data = source->data;
    uint32_t len, line = (uint32_t)(source_line(source, ignore->comment.off, &len) - data);
    uint32_t from = ignore->at.off, to = from + ignore->at.len;

    while (strchr(" \t", data[to]))
        to++;
    while (strchr(" \t", data[from - 1]))
        from--;
    if (data[to] == ',') {
        to++;
        from = ignore->at.off;
        while (strchr(" \t", data[to]))
            to++;
    } else if (data[from - 1] == ',') {
        from--;
    } else {
        from = ignore->comment.off;
        to = from + ignore->comment.len;
        if (stands_alone(source, line, from)) {
            from = line;
            to += data[to] == '\r';
            to += data[to] == '\n';
        }
    }
    diag_fix(ignores->config->diags, (struct span){ignore->src, from, to - from}, "");
}

static void tell_unused(struct ignores *ignores)
{
    struct diags *diags = ignores->config->diags;

    for (uint32_t i = 0; i < ignores->count; i++) {
        const struct ignore *ignore = &ignores->at[i];

        if (ignore->used || !applies(ignores, ignore))
            continue;
        diag_add(diags, RULE_UNUSED_IGNORE, ignore->at, "remove it", "there is no '%s' here to ignore",
                 rule_get(ignore->rule)->id);
        if (!depends_on_machine(ignore->rule))
            fix_unused(ignores, ignore);
    }
}

static int compare_remarks(const void *pa, const void *pb)
{
    const struct span *a = pa, *b = pb;

    if (a->src != b->src)
        return a->src < b->src ? -1 : 1;
    return a->off < b->off ? -1 : a->off > b->off;
}

void ignores_apply(struct config *config, bool sure)
{
    struct ignores ignores = {.config = config};
    struct diags *diags = config->diags;
    uint32_t found = diags->count;

    if (!config->remark_count)
        return;
    qsort(config->remarks, config->remark_count, sizeof(*config->remarks), compare_remarks);
    for (uint32_t i = 0; i < config->remark_count; i++)
        read_comment(&ignores, config->remarks[i]);
    if (ignores.count)
        qsort(ignores.at, ignores.count, sizeof(*ignores.at), compare);
    for (uint32_t i = 0; i < found && ignores.count; i++)
        settle(&ignores, &diags->at[i]);
    if (sure && !diags->dropped)
        tell_unused(&ignores);
    diags_sort(diags);
}
