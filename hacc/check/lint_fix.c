/* What mends a finding for certain, as a change of the source text. Where the text is laid out in a way that is not
 * known here, there is no fix: the finding is told all the same. */
#include "hacc/check/lint.h"

/* A part of a text that is to go, and what stands around it. */
struct part {
    const char *data;
    uint32_t len;      /* of data */
    uint32_t from, to; /* the part */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static uint32_t line_begin(const struct part *part, uint32_t at)
{
    const char *feed = at ? memrchr(part->data, '\n', at) : NULL;

    return feed ? (uint32_t)(feed - part->data) + 1 : 0;
}

/* Gives where the line break stands that ends the line; the text's end: there is none. */
static uint32_t line_end(const struct part *part, uint32_t at)
{
    const char *feed = memchr(part->data + at, '\n', part->len - at);

    return feed ? (uint32_t)(feed - part->data) : part->len;
}

static uint32_t skip_blanks(const struct part *part, uint32_t at)
{
    while (at < part->len && (is_blank(part->data[at]) || part->data[at] == '\r'))
        at++;
    return at;
}

/* Whether the line holds a comment that speaks to hacc: it is for a line, and would be for another one. */
static bool has_remark(const struct part *part, uint32_t at)
{
    uint32_t begin = line_begin(part, at), end = line_end(part, at);
    const char *hash = memchr(part->data + begin, '#', end - begin);

    return hash && memmem(hash, (size_t)(part->data + end - hash), "hacc:", 5);
}

/* Whether the line holds nothing, or a comment alone. */
static bool is_empty(const struct part *part, uint32_t begin)
{
    uint32_t at = skip_blanks(part, begin);

    return at == part->len || part->data[at] == '\n' || part->data[at] == '#';
}

/* Whether such a comment stands alone on the line above. */
static bool is_below_remark(const struct part *part, uint32_t begin)
{
    return begin && is_empty(part, line_begin(part, begin - 1)) && has_remark(part, begin - 1);
}

/* A line of YAML among others. */
struct yaml_place {
    uint32_t indent;
    bool item; /* it begins with a '-' */
    bool end;  /* there is no such line */
};

static struct yaml_place place_of(const struct part *part, uint32_t begin)
{
    uint32_t at = begin;

    while (at < part->len && part->data[at] == ' ')
        at++;
    return (struct yaml_place){at - begin, at < part->len && part->data[at] == '-', false};
}

static struct yaml_place next_place(const struct part *part, uint32_t end)
{
    while (end < part->len && is_empty(part, end + 1))
        end = line_end(part, end + 1 < part->len ? end + 1 : part->len);
    return end < part->len ? place_of(part, end + 1) : (struct yaml_place){.end = true};
}

/* Gives the nearest line above that is not within another one's value. */
static struct yaml_place place_above(const struct part *part, uint32_t begin, uint32_t indent)
{
    while (begin) {
        struct yaml_place place;

        begin = line_begin(part, begin - 1);
        place = place_of(part, begin);
        if (!is_empty(part, begin) && place.indent <= indent)
            return place;
    }
    return (struct yaml_place){.end = true};
}

static bool is_sibling(struct yaml_place a, struct yaml_place b)
{
    return !a.end && a.indent == b.indent && a.item == b.item;
}

/* Whether the lines are a whole item or pair of YAML, and not the last one of its list or map, which would be null. */
static bool is_one_of_several(const struct part *part, uint32_t begin, uint32_t end)
{
    struct yaml_place own = place_of(part, begin), next = next_place(part, end);

    if (!next.end && next.indent > own.indent)
        return false;
    return is_sibling(next, own) || is_sibling(place_above(part, begin, own.indent), own);
}

/* Whether nothing but the item's '-' and its key stand before the part on its line. */
static bool begins_line(const struct part *part, uint32_t begin, bool cfg)
{
    uint32_t at = skip_blanks(part, begin);

    while (!cfg && at + 1 < part->from && part->data[at] == '-' && part->data[at + 1] == ' ')
        at = skip_blanks(part, at + 1);
    if (cfg || at == part->from)
        return at == part->from;
    while (at < part->from && !strchr(" \t:#,[]{}'\"&*!|>", part->data[at]))
        at++;
    return at < part->from && part->data[at] == ':' && skip_blanks(part, at + 1) == part->from;
}

/* Widens the part to its lines; a comment behind it stays. */
static bool take_lines(struct part *part, bool cfg)
{
    uint32_t begin = line_begin(part, part->from), end = line_end(part, part->to), rest = skip_blanks(part, part->to);
    bool comment = rest < end && part->data[rest] == '#';

    if ((rest != end && !comment) || !begins_line(part, begin, cfg) || has_remark(part, part->to) ||
        is_below_remark(part, begin))
        return false;
    if (memchr(part->data + part->from, '\n', part->to - part->from) &&
        (cfg || memchr(part->data + part->from, '#', part->to - part->from)))
        return false;
    if (!cfg && !is_one_of_several(part, begin, end))
        return false;
    part->from = comment ? skip_blanks(part, begin) : begin;
    part->to = comment ? rest : end + (end < part->len);
    return true;
}

/* Widens the part to an item or pair between brackets, with a comma. */
static bool take_item(struct part *part)
{
    uint32_t before = part->from, after = skip_blanks(part, part->to);

    while (before && is_blank(part->data[before - 1]))
        before--;
    if (!before || after == part->len || !strchr("[{,", part->data[before - 1]) || !strchr("]},", part->data[after]))
        return false;
    if (part->data[before - 1] == ',')
        part->from = before - 1;
    else if (part->data[after] == ',')
        part->to = skip_blanks(part, after + 1);
    else
        return false;
    return true;
}

static bool part_of(const struct lint *lint, const struct directive *d, struct part *part)
{
    const struct source *source = lint->config->sources->at[d->at.src];

    if (!source || d->intent || d->condition || d->end < d->at.off + d->at.len || d->end > source->len)
        return false;
    *part = (struct part){source->data, source->len, d->at.off, d->end};
    return true;
}

void lint_fix_remove(struct lint *lint, const struct directive *d)
{
    struct part part;
    bool cfg = lint->config->cfg;
    char quote;

    if (!part_of(lint, d, &part))
        return;
    quote = part.from ? part.data[part.from - 1] : '\0';
    if (!cfg && part.to < part.len && (quote == '"' || quote == '\'') && part.data[part.to] == quote) {
        part.from--;
        part.to++;
    }
    if (take_lines(&part, cfg) || (!cfg && take_item(&part)))
        diag_fix(lint->config->diags, (struct span){d->at.src, part.from, part.to - part.from}, "");
}

/* The words that both names begin with stay: `option` of `option forceclose` may stand elsewhere. */
void lint_fix_rename(struct lint *lint, const struct directive *d)
{
    const char *old = d->kw->name, *new = d->kw->deprecated, *found;
    size_t same = 0, len;
    struct part part;

    for (size_t i = 0; old[i] && old[i] == new[i]; i++)
        same = old[i] == ' ' ? i + 1 : same;
    len = strlen(old + same);
    if (!part_of(lint, d, &part))
        return;
    /* nothing but those words, and `no`, can stand before it */
    found = memmem(part.data + part.from, part.to - part.from, old + same, len);
    if (found && (size_t)(found - part.data) <= part.from + strlen("no ") + same)
        diag_fix(lint->config->diags, (struct span){d->at.src, (uint32_t)(found - part.data), (uint32_t)len},
                 new + same);
}
