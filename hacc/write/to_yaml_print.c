/* The tree as YAML. A map or list of a few short scalars stays on one line, everything else gets lines of its own. */
#include "hacc/write/to_yaml_parts.h"

#include <string.h>

struct yaml_item *item_new(struct yaml_writer *writer, enum yaml_item_kind kind)
{
    struct yaml_item *item = arena_zalloc(writer->arena, sizeof(*item));

    item->kind = (uint8_t)kind;
    item->tail = &item->first;
    return item;
}

struct yaml_item *item_text(struct yaml_writer *writer, const char *text, uint32_t len)
{
    struct yaml_item *item = item_new(writer, ITEM_TEXT);

    item->text = text;
    item->len = len;
    return item;
}

struct yaml_item *item_plain(struct yaml_writer *writer, const char *text)
{
    struct yaml_item *item = item_text(writer, text, (uint32_t)strlen(text));

    item->kind = ITEM_PLAIN;
    return item;
}

void item_push(struct yaml_item *list, struct yaml_item *item)
{
    *list->tail = item;
    list->tail = &item->next;
    list->len++;
}

void item_add(struct yaml_item *map, const char *key, uint32_t key_len, struct yaml_item *item)
{
    item->key = key;
    item->key_len = key_len;
    item_push(map, item);
}

struct yaml_item *item_find(const struct yaml_item *map, const char *key, uint32_t key_len)
{
    for (struct yaml_item *item = map->first; item; item = item->next)
        if (item->key_len == key_len && memcmp(item->key, key, key_len) == 0)
            return item;
    return NULL;
}

void item_comment(struct yaml_item *item, struct comment_line *comments)
{
    struct comment_line **tail = &comments;

    while (*tail)
        tail = &(*tail)->next;
    *tail = item->comments;
    item->comments = comments;
}

/* Whether YAML has only doubled quotes for the text on a line with others. */
static bool doubles_quotes(const struct yaml_item *item)
{
    return item->kind == ITEM_TEXT && memchr(item->text, '\'', item->len) &&
           (memchr(item->text, '"', item->len) || memchr(item->text, '\\', item->len)) &&
           !scalar_is_bare(item->text, item->len, SCALAR_FLOW);
}

/* Whether the items may stand on one line: scalars, whose comments do not keep them apart; in a list, none in quotes.
 */
static bool may_flow(const struct yaml_item *item)
{
    if (item->block)
        return false;
    for (const struct yaml_item *child = item->first; child; child = child->next) {
        if (!item_is_scalar(child) || doubles_quotes(child) || (child->comments && child != item->first) ||
            (child->trailing && item->len > 1))
            return false;
        if (item->kind == ITEM_LIST && child->kind == ITEM_TEXT &&
            !scalar_is_bare(child->text, child->len, SCALAR_FLOW))
            return false;
    }
    return true;
}

static void print_flow(const struct yaml_item *item, struct buf *out)
{
    bool map = item->kind == ITEM_MAP;

    buf_putc(out, map ? '{' : '[');
    for (const struct yaml_item *child = item->first; child; child = child->next) {
        if (child != item->first)
            buf_puts(out, ", ");
        if (map) {
            scalar_print(out, child->key, child->key_len, SCALAR_KEY, 0);
            buf_puts(out, ": ");
        }
        if (child->kind == ITEM_PLAIN)
            buf_add(out, child->text, child->len);
        else
            scalar_print(out, child->text, child->len, SCALAR_FLOW, 0);
    }
    buf_putc(out, map ? '}' : ']');
}

/* Whether the item stands in flow style behind `column` characters of its line. It is asked for twice: for the comments
 * above the line, then for the line. */
static bool is_flow(struct yaml_item *item, size_t column, struct buf *out)
{
    size_t begin = out->len;

    if (item_is_scalar(item))
        return false;
    if (item->layout == LAYOUT_UNKNOWN && item->first) {
        if (may_flow(item))
            print_flow(item, out);
        item->layout = out->len > begin && column + (out->len - begin) <= YAML_LINE &&
                               !memchr(out->data + begin, '\n', out->len - begin)
                           ? LAYOUT_FLOW
                           : LAYOUT_BLOCK;
        out->len = begin;
    }
    return item->layout == LAYOUT_FLOW || !item->first;
}

/* Where the value behind a key begins. */
static size_t value_column(const struct yaml_item *item, uint32_t indent, struct buf *out)
{
    size_t begin = out->len, width;

    if (!item->key)
        return indent + 2;
    scalar_print(out, item->key, item->key_len, SCALAR_KEY, 0);
    width = out->len - begin;
    out->len = begin;
    return indent + width + 2;
}

static bool breaks_line(const struct yaml_item *item, struct buf *out)
{
    size_t begin = out->len;
    bool breaks;

    if (item->kind != ITEM_TEXT)
        return false;
    scalar_print(out, item->text, item->len, SCALAR_BLOCK, 0);
    breaks = memchr(out->data + begin, '\n', out->len - begin) != NULL;
    out->len = begin;
    return breaks;
}

static void print_comments(const struct comment_line *line, uint32_t indent, struct buf *out)
{
    for (; line; line = line->next)
        buf_printf(out, "%*s%.*s\n", (int)indent, "", (int)line->len, line->text);
}

/* The comments above an item's line: its own, and those of the first thing in it where that is on the same line. A
 * comment that cannot stand behind the line stands above it too. */
static void print_above(struct yaml_item *item, uint32_t indent, uint32_t inner, struct buf *out)
{
    bool flow = is_flow(item, value_column(item, inner, out), out);
    bool dash = !item->key && item->kind == ITEM_MAP && !flow;

    print_comments(item->comments, indent, out);
    if (item->trailing && (dash || breaks_line(item, out))) {
        print_comments(item->trailing, indent, out);
        item->trailing = NULL;
    }
    if (item->first && (flow || dash))
        print_above(item->first, indent, inner + (dash ? 2 : 0), out);
}

static void print_trailing(const struct comment_line *line, struct buf *out)
{
    for (; line; line = line->next)
        buf_printf(out, "  %.*s", (int)line->len, line->text);
    buf_putc(out, '\n');
}

static void print_items(struct yaml_item *item, uint32_t indent, bool behind_dash, struct buf *out);

/* What stands behind a key or dash, and the end of its line. `indent`: of that line. */
static void print_value(struct yaml_item *item, uint32_t indent, struct buf *out)
{
    const struct comment_line *trailing = item->trailing;

    if (item->kind == ITEM_PLAIN) {
        buf_printf(out, " %.*s", (int)item->len, item->text);
    } else if (item->kind == ITEM_TEXT) {
        buf_putc(out, ' ');
        scalar_print(out, item->text, item->len, SCALAR_BLOCK, indent + 2);
    } else if (is_flow(item, 0, out)) {
        buf_putc(out, ' ');
        print_flow(item, out);
        if (!trailing && item->first)
            trailing = item->first->trailing;
    } else if (!item->key && item->kind == ITEM_MAP) {
        buf_putc(out, ' ');
        print_items(item, indent + 2, true, out);
        return;
    } else {
        print_trailing(trailing, out);
        print_items(item, indent + 2, false, out);
        return;
    }
    print_trailing(trailing, out);
    print_comments(item->closing, indent + 2, out);
}

/* The items of a map or list, in block style. `behind_dash`: the first key stands on the line of a dash. */
static void print_items(struct yaml_item *item, uint32_t indent, bool behind_dash, struct buf *out)
{
    for (struct yaml_item *child = item->first; child; child = child->next) {
        if (item->apart && child != item->first)
            buf_putc(out, '\n');
        if (!behind_dash || child != item->first) {
            print_above(child, indent, indent, out);
            buf_printf(out, "%*s", (int)indent, "");
        }
        if (child->key) {
            scalar_print(out, child->key, child->key_len, SCALAR_KEY, 0);
            buf_putc(out, ':');
        } else {
            buf_putc(out, '-');
        }
        print_value(child, indent, out);
    }
    if (item->apart && item->closing)
        buf_putc(out, '\n');
    print_comments(item->closing, indent, out);
}

void item_print(struct yaml_item *root, struct buf *out)
{
    print_items(root, 0, false, out);
}
