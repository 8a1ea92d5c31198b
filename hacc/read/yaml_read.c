/* The YAML front's entry: files one after the other, each read until no syntax error hides the rest. */
#include "hacc/read/yaml_alloc.h"
#include "hacc/read/yaml_front.h"

#include <setjmp.h>
#include <stdlib.h>

struct span node_span(const struct node *node)
{
    return (struct span){node->src, node->off, node->span_len};
}

struct node *node_find(const struct node *map, const char *key, const struct node **at)
{
    size_t len = strlen(key);

    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (const struct node *own = map->first; own; own = node_next_key(own)) {
        if (own->len == len && memcmp(own->text, key, len) == 0) {
            if (at)
                *at = own;
            return own->next;
        }
    }
    return NULL;
}

/* A file with many errors is read again for each; all readings together stop at this many bytes. */
static uint64_t work_limit(const struct yaml_text *text)
{
    return 2 * (uint64_t)text->len + (64u << 20);
}

static void parser_stop(struct yaml_front *front)
{
    yaml_event_delete(&front->event);
    if (front->parsing) {
        front->parser.buffer.start = front->buffer_start;
        yaml_parser_delete(&front->parser);
    }
    front->parsing = false;
}

/* What a failed reading has reported is forgotten: the next one says it again. */
struct findings {
    uint32_t count, dropped, errors, warnings, expanded;
};

static struct findings findings_save(const struct yaml_front *front)
{
    const struct diags *diags = front->diags;

    return (struct findings){diags->count, diags->dropped, diags->errors, diags->warnings, front->expanded};
}

static void findings_restore(struct yaml_front *front, struct findings saved)
{
    front->diags->count = saved.count;
    front->diags->dropped = saved.dropped;
    front->diags->errors = saved.errors;
    front->diags->warnings = saved.warnings;
    front->expanded = saved.expanded;
}

/* libyaml's reader met a byte that it refuses. */
static bool mend_bytes(struct yaml_text *text)
{
    uint32_t at;

    if (yaml_text_controls(text))
        return true;
    if (text->front->doc->unreadable)
        return false;
    at = (uint32_t)text->front->parser.problem_offset + text->base;
    text->front->doc->unreadable = true;
    return diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, at < text->len ? at : 0, 1), NULL,
                    "bytes that are not text");
}

/* Whether what the sink has taken can stay taken. Any error makes an end of it: no output will come of the document,
 * and its findings are to be those of the whole. */
static bool sink_may_keep(const struct yaml_text *text, const struct yaml_pass *pass, bool whole)
{
    const struct node *root = pass->root;
    bool keep = whole && !text->file->damaged && !text->front->diags->errors && !pass->merges;

    return keep && !(root && root->kind == NODE_MAP && node_find(root, "include", NULL));
}

/* Reads the text until a reading meets no syntax error. */
static void read_passes(struct yaml_text *text, struct yaml_pass *pass)
{
    struct yaml_front *front = text->front;
    uint64_t work = 0;
    bool last = false;

    for (uint32_t errors = 0;; parser_stop(front)) {
        struct findings saved = findings_save(front);
        struct yaml_fault fault;
        bool whole = yaml_pass_run(pass, text);

        if (front->sink && !sink_may_keep(text, pass, whole)) {
            /* once more from the start, to be given whole */
            if (front->parser.error == YAML_MEMORY_ERROR)
                oom_raise(front->arena->oom);
            findings_restore(front, saved);
            front->sink->restart(front->sink->context);
            front->sink = NULL;
            text->file->damaged = text->bad_count > 0;
            continue;
        }
        if (whole)
            break;
        if (front->parser.error == YAML_MEMORY_ERROR)
            oom_raise(front->arena->oom);
        text->file->damaged = true;
        if (last || front->diags->dropped)
            break;
        findings_restore(front, saved);
        work += front->parser.mark.index;
        if (front->parser.error == YAML_READER_ERROR) {
            if (!mend_bytes(text))
                break;
            continue;
        }
        yaml_explain(pass, &fault);
        if (front->doc->unreadable && fault.hopeless)
            break;
        last = true;
        if (++errors >= YAML_MAX_ERRORS || work > work_limit(text))
            diag_add(front->diags, RULE_YAML_LIMIT, yaml_at(text, fault.at, 1), "mend these first",
                     "too many syntax errors; the file is not read further");
        else
            last = !yaml_hide(text, &fault);
        if (last)
            yaml_hide_rest(text, &fault);
    }
    yaml_pass_close(pass);
    parser_stop(front);
}

static void refuse_empty(struct yaml_text *text, bool has_comments)
{
    text->front->doc->unreadable = true;
    text->file->root = NULL;
    diag_add(text->front->diags, RULE_UNREADABLE, yaml_at(text, 0, 0), NULL,
             has_comments ? "the file holds nothing but comments" : "the file is empty");
}

/* Items of a list of blocks that are no maps are reported and left out. */
static void check_blocks(struct yaml_text *text, struct node *list)
{
    struct node **link = &list->first;

    while (*link) {
        struct node *item = *link;

        if (item->kind == NODE_MAP) {
            link = &item->next;
            continue;
        }
        if (!text->file->damaged && !(item->flags & NODE_POISON))
            diag_add(text->front->diags, RULE_BAD_SHAPE, node_span(item), "write sections as 'name: …' in each item",
                     "a list at the root of a file is one of maps (blocks)");
        *link = item->next;
        list->len--;
    }
}

static void check_root(struct yaml_text *text, const struct yaml_pass *pass)
{
    struct node *root = pass->root;
    struct span cfg;

    if (!root || (root->kind == NODE_SCALAR && (root->flags & NODE_POISON) && !root->len)) {
        if (!text->file->damaged)
            refuse_empty(text, pass->comment_count > 0);
        return;
    }
    text->file->root = root;
    if (root->kind == NODE_LIST)
        check_blocks(text, root);
    if (root->kind != NODE_SCALAR)
        return;
    text->file->root = NULL;
    text->front->doc->unreadable = true;
    if (text->file->damaged)
        return;
    if (yaml_looks_like_cfg(text, &cfg))
        yaml_say_cfg(text, cfg);
    else
        diag_add(text->front->diags, RULE_BAD_SHAPE, node_span(root), "start with a section, as in 'global:'",
                 "the file holds one text, not a map of sections");
}

struct yaml_file *yaml_front_read(struct yaml_front *front, const char *path, int32_t parent, struct span from,
                                  uint32_t *origin)
{
    struct yaml_file *file = yaml_open(front, path, parent, from, origin);
    struct yaml_text *text;
    struct yaml_pass *pass;

    if (!file) {
        front->doc->unreadable = true;
        return NULL;
    }
    text = arena_zalloc(front->arena, sizeof(*text));
    text->front = front;
    text->file = file;
    text->source = front->sources->at[file->src];
    text->origin = *origin;
    text->data = text->source->data;
    text->len = text->source->len;
    if (!text->len) {
        refuse_empty(text, false);
    } else if (yaml_text_check(text)) {
        pass = arena_alloc(front->arena, sizeof(*pass));
        read_passes(text, pass);
        check_root(text, pass);
        file->comments = pass->comments;
        file->comment_count = pass->comment_count;
        /* the nodes of this file stay: the next file gets blocks of its own */
        front->blocks = NULL;
    }
    front->doc->damaged |= file->damaged;
    free(front->copy);
    front->copy = NULL;
    return file;
}

static void front_release(struct yaml_front *front)
{
    parser_stop(front);
    globfree(&front->found);
    free(front->copy);
    key_table_release(&front->keys);
    key_table_release(&front->root_keys);
    key_table_release(&front->anchors);
    yaml_heap_release();
}

static void read_all(struct yaml_front *front, const char *const *paths, uint32_t count)
{
    struct document *doc = front->doc;
    struct yaml_join join;

    if (count > 1)
        front->sink = NULL;
    yaml_join_start(&join, front);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t origin;
        struct yaml_file *file = yaml_front_read(front, paths[i], -1, (struct span){0, 0, 0}, &origin);

        if (!file)
            continue;
        if (count == 1 && (front->options.alone || !yaml_has_include(file))) {
            doc->root = file->root;
            return;
        }
        yaml_join_file(&join, file, origin);
    }
    doc->root = yaml_join_end(&join);
}

void yaml_read(struct document *doc, const char *const *paths, uint32_t count, const struct yaml_options *options,
               const struct yaml_sink *sink, struct sources *sources, struct diags *diags)
{
    struct arena *arena = diags->arena;
    struct oom *outer = arena->oom;
    struct yaml_front *front = arena_zalloc(arena, sizeof(*front));

    memset(doc, 0, sizeof(*doc));
    front->doc = doc;
    front->sources = sources;
    front->diags = diags;
    front->arena = arena;
    front->options = *options;
    front->sink = sink;
    front->outer = outer;
    front->keys.oom = front->root_keys.oom = front->anchors.oom = &front->oom;
    /* libyaml's parser is not in the arena: it is freed here before the owner hears of the lack of memory */
    if (setjmp(front->oom.env)) {
        arena->oom = front->outer;
        front_release(front);
        oom_raise(arena->oom);
    }
    arena->oom = &front->oom;
    read_all(front, paths, count);
    arena->oom = outer;
    front_release(front);
}
