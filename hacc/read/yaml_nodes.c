/* libyaml's events to located nodes. */
#include "hacc/read/yaml_front.h"

/* Nodes come in blocks, which the next reading of a faulty text uses again. */
enum { BLOCK_NODES = 2048 };

struct node_block {
    struct node_block *next;
    struct node nodes[BLOCK_NODES];
};

static struct node_block *block_next(struct yaml_pass *pass)
{
    struct node_block **link = pass->block ? &pass->block->next : &pass->front->blocks;

    if (!*link) {
        *link = arena_alloc(pass->front->arena, sizeof(**link));
        (*link)->next = NULL;
    }
    return *link;
}

static struct node *node_more(struct yaml_pass *pass)
{
    pass->block = block_next(pass);
    pass->node_at = pass->block->nodes;
    pass->node_end = pass->node_at + BLOCK_NODES;
    return pass->node_at++;
}

struct node *yaml_node_new(struct yaml_pass *pass)
{
    struct node *node = pass->node_at < pass->node_end ? pass->node_at++ : node_more(pass);

    memset(node, 0, sizeof(*node));
    return node;
}

static bool key_is_next(const struct yaml_pass *pass)
{
    return pass->top && pass->top->node->kind == NODE_MAP && !(pass->top->node->len & 1);
}

/* ---- the sink: see struct yaml_sink ---- */

/* How many maps the sink's pairs stand in: 1, the root; 2, a map of the root; 0: this is no pair of its. */
static uint32_t sink_depth(const struct yaml_pass *pass)
{
    uint32_t depth = pass->top ? (uint32_t)(pass->top - pass->frames) + 1 : 0;

    if (!pass->front->sink || depth > 2 || !depth || pass->frames[0].node->kind != NODE_MAP ||
        pass->top->node->kind != NODE_MAP)
        return 0;
    return depth;
}

/* Gives the last complete pair of the open map to the sink. */
static bool sink_pair(struct yaml_pass *pass, uint32_t depth, struct node *key)
{
    const struct yaml_sink *sink = pass->front->sink;
    struct yaml_file *file = pass->text->file;
    const struct node *outer = depth == 2 ? pass->frames[0].key : NULL;

    file->comments = pass->comments;
    file->comment_count = pass->comment_count;
    if (!sink->pair(sink->context, pass->front->doc, outer, key, key->next))
        return false;
    key->next->flags |= NODE_TAKEN;
    return true;
}

/* A pair whose value ends on a line of its own is given when the next key comes, with the comment behind it. */
static void sink_flush(struct yaml_pass *pass)
{
    struct node *key = pass->key;
    uint32_t depth = sink_depth(pass);

    pass->key = NULL;
    if (key && depth)
        sink_pair(pass, depth, key);
}

/* A block map in a map of the root has ended, with all its comments: what it needed is used again. */
static void sink_block(struct yaml_pass *pass, struct node *key)
{
    if (!sink_pair(pass, 2, key) || pass->mark_anchors != pass->anchor_count)
        return;
    key->next->first = NULL;
    key->next->len = 0;
    pass->block = pass->mark;
    pass->node_at = pass->mark_at;
    pass->node_end = pass->mark_end;
    pass->last = NULL;
}

/* Hangs a finished or opening value, key or item into the open map or list. While a map is open its len counts
 * keys and values. */
static void node_link(struct yaml_pass *pass, struct node *node)
{
    struct yaml_frame *top = pass->top;

    pass->total++;
    if (!top) {
        pass->root = node;
        return;
    }
    if (pass->front->sink && top - pass->frames < 2 && top->node->kind == NODE_MAP) {
        if (!(top->node->len & 1)) { /* a key */
            sink_flush(pass);
            top->key = node;
        } else {
            pass->key = top->key;
        }
    }
    *top->tail = node;
    top->tail = &node->next;
    top->node->len++;
}

static bool give_up(struct yaml_pass *pass)
{
    pass->ended = true;
    pass->text->file->damaged = true;
    return false;
}

/* ---- anchors ---- */

/* Enters the anchor of the event and gives 1 + its index. A name used again names the later value from there on. */
static uint32_t anchor_enter(struct yaml_pass *pass, const yaml_char_t *name)
{
    struct node *key = yaml_node_new(pass), *before;
    struct yaml_anchor *anchor;

    if (pass->anchor_count == pass->anchor_cap)
        pass->anchors = arena_extend(pass->front->arena, pass->anchors, pass->anchor_count, &pass->anchor_cap, 16,
                                     sizeof(*pass->anchors));
    if (!pass->front->anchors.size || !pass->anchor_count)
        key_table_start(&pass->front->anchors, 16);
    key->len = (uint32_t)strlen((const char *)name);
    key->text = arena_strndup(pass->front->arena, (const char *)name, key->len);
    before = key_table_enter(&pass->front->anchors, key);
    if (before)
        key = before;
    key->off = pass->anchor_count;
    anchor = &pass->anchors[pass->anchor_count++];
    memset(anchor, 0, sizeof(*anchor));
    return pass->anchor_count;
}

static void anchor_set(struct yaml_pass *pass, uint32_t index, struct node *node, uint32_t size, uint16_t height)
{
    struct yaml_anchor *anchor = &pass->anchors[index - 1];

    anchor->node = node;
    anchor->size = size;
    anchor->height = height;
}

static const struct yaml_anchor *anchor_find(const struct yaml_pass *pass, const yaml_char_t *name)
{
    const struct node *key = NULL;

    if (pass->anchor_count)
        key = key_table_find(&pass->front->anchors, (const char *)name, (uint32_t)strlen((const char *)name));
    return key ? &pass->anchors[key->off] : NULL;
}

/* ---- values ---- */

/* A '*word' without an anchor is mostly HAProxy text: `*:80` was refused before, `*.example.org` comes here. */
static bool alias_missing(struct yaml_pass *pass, struct span at, const char *name)
{
    const struct yaml_text *text = pass->text;
    char help[HELP_SIZE], quoted[HELP_TEXT * 2 + 4];

    /* the anchor may stand in the part that could not be read */
    if (text->blank_count)
        return false;
    if (yaml_quote(quoted, sizeof(quoted), text->source->data + at.off, at.len))
        snprintf(help, sizeof(help), "write %s if text is meant, or define '&%.100s' above this line", quoted, name);
    else
        snprintf(help, sizeof(help), "put it in quotes if text is meant, or define the anchor above this line");
    return diag_add(pass->front->diags, RULE_YAML_ANCHOR, at, help,
                    "'*' starts a YAML alias, and no anchor '&%.200s' stands above", name);
}

static bool alias_fits(struct yaml_pass *pass, struct span at, const char *name, const struct yaml_anchor *anchor)
{
    uint32_t depth = pass->top ? (uint32_t)(pass->top - pass->frames) + 1 : 0;

    if (!anchor)
        return alias_missing(pass, at, name);
    if (!anchor->node)
        return diag_add(pass->front->diags, RULE_YAML_ANCHOR, at, NULL,
                        "alias '*%.200s' stands inside the value that it names", name);
    if (depth + anchor->height > YAML_MAX_DEPTH)
        return diag_add(pass->front->diags, RULE_YAML_LIMIT, at, NULL, "maps and lists nested deeper than %d levels",
                        YAML_MAX_DEPTH);
    return yaml_expand(pass, anchor->size, at);
}

/* Makes a map or list that stands as a key an empty text: keys are texts. */
static void node_blank(struct node *node)
{
    node->kind = NODE_SCALAR;
    node->text = "";
    node->len = 0;
    node->flags = NODE_POISON | NODE_MAPPED;
}

/* An alias becomes a copy of the node itself; children are shared. */
static void read_alias(struct yaml_pass *pass)
{
    yaml_event_t *event = &pass->front->event;
    uint32_t off = yaml_offset(pass->text, event->start_mark.index);
    uint32_t end = yaml_offset(pass->text, event->end_mark.index);
    const char *name = (const char *)event->data.alias.anchor;
    const struct yaml_anchor *anchor = anchor_find(pass, event->data.alias.anchor);
    struct node *node = yaml_node_new(pass);
    bool is_key = key_is_next(pass);

    yaml_comments_pass(pass, off, end);
    pass->gap = end;
    if (alias_fits(pass, yaml_at(pass->text, off, end - off), name, anchor)) {
        *node = *anchor->node;
        node->next = NULL;
        if (pass->top && pass->top->height < anchor->height)
            pass->top->height = anchor->height;
    } else {
        node->src = (uint16_t)pass->text->file->src;
        node->off = off;
        node->span_len = end - off;
        node->text = pass->text->source->data + off;
        node->len = end - off;
        node->flags = NODE_POISON;
    }
    if (is_key && node->kind != NODE_SCALAR) {
        diag_add(pass->front->diags, RULE_YAML_ANCHOR, yaml_at(pass->text, off, end - off), NULL,
                 "a key must be text, and '*%.200s' is a %s", name, node->kind == NODE_MAP ? "map" : "list");
        node_blank(node);
    }
    node_link(pass, node);
    if (pass->top)
        pass->top->end = end;
}

static void read_scalar(struct yaml_pass *pass)
{
    yaml_event_t *event = &pass->front->event;
    uint32_t off = yaml_offset(pass->text, event->start_mark.index);
    uint32_t end = yaml_offset(pass->text, event->end_mark.index);
    bool is_key = key_is_next(pass);
    struct node *node = yaml_scalar_new(pass, off, end, is_key);

    /* a comment may stand behind a tag, or behind the '|' of a block scalar */
    if (pass->hash < end)
        yaml_comments_scalar(pass, node, end);
    pass->gap = end;
    node_link(pass, node);
    pass->last = node;
    if (pass->top) {
        if (is_key && node->style == STYLE_PLAIN && node_is(node, "<<", 2)) {
            pass->top->merges = true;
            pass->merges = pass->merges || pass->top - pass->frames < 2;
        }
        pass->top->end = node->off + node->span_len;
    }
    if (event->data.scalar.anchor)
        anchor_set(pass, anchor_enter(pass, event->data.scalar.anchor), node, 1, 0);
}

/* A map or list as a key: `{ a }: b`, `? [a]`. It is read, and forgotten. */
static void say_complex_key(struct yaml_pass *pass, const struct node *node)
{
    diag_add(pass->front->diags, RULE_YAML_SYNTAX, yaml_at(pass->text, node->off, 1),
             "put the key in quotes if text is meant", "a key must be text, and '%c' starts a %s",
             pass->text->source->data[node->off], node->kind == NODE_MAP ? "map" : "list");
}

static bool frame_open(struct yaml_pass *pass, struct node *node)
{
    struct yaml_frame *frame = pass->top ? pass->top + 1 : pass->frames;

    if (frame == pass->frames + YAML_MAX_DEPTH) {
        diag_add(pass->front->diags, RULE_YAML_LIMIT, yaml_at(pass->text, node->off, 1), NULL,
                 "maps and lists nested deeper than %d levels; the file is not read further", YAML_MAX_DEPTH);
        return give_up(pass);
    }
    memset(frame, 0, sizeof(*frame));
    frame->node = node;
    frame->tail = &node->first;
    frame->end = node->off + 1;
    frame->total = pass->total;
    if (pass->front->sink && frame - pass->frames < 3) {
        pass->key = NULL; /* the value is not complete yet */
        pass->mark = pass->block;
        pass->mark_at = pass->node_at;
        pass->mark_end = pass->node_end;
        pass->mark_anchors = pass->anchor_count;
    }
    pass->top = frame;
    return true;
}

static bool read_open(struct yaml_pass *pass, enum node_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag,
                      bool is_flow)
{
    yaml_event_t *event = &pass->front->event;
    struct yaml_text *text = pass->text;
    uint32_t off = yaml_offset(text, event->start_mark.index);
    struct node *node = yaml_node_new(pass);
    struct span tag_at = {0, 0, 0};
    bool is_key = key_is_next(pass);
    uint32_t before = off;

    if (anchor || tag)
        off = yaml_skip_properties(text, off, text->len, &tag_at);
    yaml_comments_pass(pass, off, off);
    pass->gap = off;
    node->kind = (uint8_t)kind & 7;
    node->style = is_flow ? STYLE_FLOW : STYLE_BLOCK;
    node->src = (uint16_t)text->file->src;
    node->off = off;
    if (is_key && !(pass->top->node->flags & NODE_POISON))
        say_complex_key(pass, node);
    if (is_key)
        node->flags |= NODE_POISON;
    node_link(pass, node);
    if (tag)
        node->flags |=
            yaml_collection_tag(pass, tag_at.len ? tag_at : yaml_at(text, before, 1), (const char *)tag, kind);
    if (!frame_open(pass, node))
        return false;
    if (anchor)
        pass->top->anchor = anchor_enter(pass, anchor);
    return true;
}

/* Ends the open map or list; `end` is where its text ends. */
static void frame_close(struct yaml_pass *pass, uint32_t end)
{
    struct yaml_frame *frame = pass->top;
    struct node *node = frame->node;

    if (pass->front->sink && frame - pass->frames < 2)
        sink_flush(pass);
    node->span_len = end > node->off ? end - node->off : 0;
    if (node->kind == NODE_MAP) {
        node->len /= 2;
        yaml_keys_check(pass->front, node);
        if (frame->nulls && !(node->flags & NODE_POISON))
            yaml_explain_nulls(pass, node);
        if (frame->merges)
            yaml_keys_merge(pass, node);
    }
    if (frame->anchor)
        anchor_set(pass, frame->anchor, node, pass->total - frame->total + 1, (uint16_t)(frame->height + 1));
    pass->top = frame == pass->frames ? NULL : frame - 1;
    if (pass->top) {
        if (pass->top->height <= frame->height)
            pass->top->height = (uint16_t)(frame->height + 1);
        pass->top->end = end;
        /* it was a key: what it holds has been reported */
        if (pass->top->node->kind == NODE_MAP && (pass->top->node->len & 1) && (node->flags & NODE_POISON) &&
            pass->top->tail == &node->next) {
            node_blank(node);
        }
        if (sink_depth(pass) && !(pass->top->node->len & 1)) { /* not in a list of blocks: that is given whole */
            if (pass->top - pass->frames == 1 && node->style == STYLE_BLOCK)
                sink_block(pass, pass->top->key);
            else
                pass->key = pass->top->key;
        }
    }
}

static void read_close(struct yaml_pass *pass)
{
    yaml_event_t *event = &pass->front->event;
    uint32_t off = yaml_offset(pass->text, event->start_mark.index);

    /* A block ends where the next token starts, behind comments that belong to whoever comes next. */
    yaml_comments_pass(pass, off, off);
    pass->gap = off;
    if (pass->top->node->style == STYLE_FLOW)
        frame_close(pass, yaml_offset(pass->text, event->end_mark.index));
    else
        frame_close(pass, pass->top->end);
}

/* One file is one configuration. */
static bool read_document(struct yaml_pass *pass)
{
    uint32_t off = yaml_offset(pass->text, pass->front->event.start_mark.index);

    if (!pass->root)
        return true;
    diag_add(pass->front->diags, RULE_YAML_SYNTAX, yaml_at(pass->text, off, 3),
             "remove the '---', or put the parts into files of their own",
             "a second YAML document starts here; a file holds one");
    return give_up(pass);
}

/* Gives false where reading ends. */
static bool read_event(struct yaml_pass *pass)
{
    yaml_event_t *event = &pass->front->event;

    switch (event->type) {
    case YAML_SCALAR_EVENT:
        read_scalar(pass);
        return true;
    case YAML_MAPPING_START_EVENT:
        return read_open(pass, NODE_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag,
                         event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    case YAML_SEQUENCE_START_EVENT:
        return read_open(pass, NODE_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                         event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        read_close(pass);
        return true;
    case YAML_ALIAS_EVENT:
        read_alias(pass);
        return true;
    case YAML_DOCUMENT_START_EVENT:
        return read_document(pass);
    case YAML_STREAM_END_EVENT:
        yaml_comments_pass(pass, pass->text->len, pass->text->len);
        return false;
    case YAML_NO_EVENT: /* what libyaml gives after an error */
        return false;
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

void yaml_pass_close(struct yaml_pass *pass)
{
    while (pass->top) {
        struct node *node = pass->top->node;

        /* a key whose value was not read */
        if (node->kind == NODE_MAP && (node->len & 1)) {
            struct node *value = yaml_node_new(pass);

            value->src = node->src;
            value->off = pass->top->end;
            value->text = "";
            value->flags = NODE_POISON;
            node_link(pass, value);
        }
        pass->top->nulls = false;
        frame_close(pass, pass->top->end);
    }
}

/* Whether libyaml is the one whose reader is known here. It is linked statically: another one comes with a build. */
static bool reader_is_known(void)
{
    int major, minor, patch;

    yaml_get_version(&major, &minor, &patch);
    return major == 0 && minor == 2 && patch == 5;
}

/* Gives libyaml's scanner the text where it is, with the NUL behind it, as if its reader had decoded it all and met the
 * end: the reader takes a seventh of libyaml's time, and has nothing to do here. It only ever writes behind what it has
 * decoded itself. Source: libyaml 0.2.5, yaml.h and reader.c. */
static void pass_reader(yaml_parser_t *parser, const struct yaml_text *text)
{
    parser->buffer.start = parser->buffer.pointer = (yaml_char_t *)text->data + text->base;
    parser->buffer.last = parser->buffer.end = (yaml_char_t *)text->data + text->len + 1;
    parser->unread = text->len - text->base + 1;
    parser->eof = 1;
}

static void parser_start(struct yaml_front *front, const struct yaml_text *text)
{
    if (!yaml_parser_initialize(&front->parser))
        oom_raise(front->arena->oom);
    front->parsing = true;
    yaml_parser_set_encoding(&front->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&front->parser, (const unsigned char *)text->data + text->base,
                                 text->len - text->base);
    front->buffer_start = front->parser.buffer.start;
    if (text->plain && reader_is_known())
        pass_reader(&front->parser, text);
}

bool yaml_pass_run(struct yaml_pass *pass, struct yaml_text *text)
{
    struct yaml_front *front = text->front;

    memset(pass, 0, sizeof(*pass));
    pass->text = text;
    pass->front = front;
    text->chars = 0;
    text->bytes = text->base;
    yaml_comments_start(pass);
    parser_start(front, text);
    for (;;) {
        bool more;

        if (!yaml_parser_parse(&front->parser, &front->event))
            return false;
        more = read_event(pass);
        yaml_event_delete(&front->event);
        if (!more)
            break;
    }
    yaml_pass_close(pass);
    return true;
}
