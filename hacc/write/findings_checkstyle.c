#include "hacc/write/to_findings.h"
#include "hacc/write/xml_arena.h"

static void error(mxml_node_t *file, const struct diag *diag, struct source *source, struct arena *arena)
{
    mxml_node_t *node = mxmlNewElement(file, "error");

    if (source) {
        struct place place = source_place(source, diag->at[0].off);

        xml_set_number(node, "line", place.line);
        xml_set_number(node, "column", place.column);
    }
    xml_set(node, "severity", severity_name(diag->severity));
    xml_set(node, "message", diag->help ? arena_printf(arena, "%s; %s", diag->msg, diag->help) : diag->msg);
    xml_set(node, "source", arena_printf(arena, "hacc.%s", rule_get(diag->rule)->id));
}

static void begin(const struct findings_sum *sum, struct buf *out)
{
    (void)sum;
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<checkstyle version=\"8.0\">\n");
}

static void piece(const struct findings *findings, struct buf *out)
{
    const struct diags *diags = findings->diags;

    xml_arena_begin(out->arena);
    for (uint32_t i = 0, next; i < diags->count; i = next) {
        struct source *source = findings->sources->at[diags->at[i].at[0].src];
        mxml_node_t *file = mxmlNewElement(MXML_NO_PARENT, "file");

        xml_set(file, "name", source ? source->name : findings->name);
        for (next = i; next < diags->count && diags->at[next].at[0].src == diags->at[i].at[0].src; next++)
            if (diags->at[next].fate == DIAG_NEW)
                error(file, &diags->at[next], source, out->arena);
        if (!mxmlGetFirstChild(file))
            continue;
        xml_print(file, out);
    }
}

static void end(const struct findings_sum *sum, bool pieces, struct buf *out)
{
    (void)pieces;
    if (sum->dropped)
        buf_printf(out, "<!-- %u more findings are not shown -->\n", sum->dropped);
    buf_puts(out, "</checkstyle>\n");
}

const struct findings_format findings_checkstyle = {"checkstyle", begin, piece, end, "", false};
