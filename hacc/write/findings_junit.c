/* A configuration is a test suite, a finding a test that fails; one without findings has a test that passes. */
#include "hacc/write/to_findings.h"
#include "hacc/write/xml_arena.h"

static void failure(mxml_node_t *suite, const struct findings *findings, const struct diag *diag, struct arena *arena)
{
    mxml_node_t *test = mxmlNewElement(suite, "testcase"), *node;
    struct source *source = findings->sources->at[diag->at[0].src];
    const char *where = findings->name;

    if (source) {
        struct place place = source_place(source, diag->at[0].off);

        where = arena_printf(arena, "%s:%u:%u", source->name, place.line, place.column);
    }
    xml_set(test, "classname", source ? source->name : findings->name);
    xml_set(test, "name", arena_printf(arena, "%s %s", rule_get(diag->rule)->id, where));
    node = mxmlNewElement(test, "failure");
    xml_set(node, "type", severity_name(diag->severity));
    xml_set(node, "message", diag->msg);
    if (diag->help) {
        struct buf clean;

        buf_init_in(&clean, arena);
        diag_visible(&clean, diag->help, strlen(diag->help));
        mxmlNewOpaque(node, buf_text(&clean));
    }
}

static void begin(const struct findings_sum *sum, struct buf *out)
{
    (void)sum;
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites name=\"hacc lint\">\n");
}

static void piece(const struct findings *findings, struct buf *out)
{
    const struct diags *diags = findings->diags;
    mxml_node_t *suite, *passed;
    uint32_t failures = 0;

    xml_arena_begin(out->arena);
    suite = mxmlNewElement(MXML_NO_PARENT, "testsuite");
    xml_set(suite, "name", findings->name);
    for (uint32_t i = 0; i < diags->count; i++)
        failures += diags->at[i].fate == DIAG_NEW;
    xml_set_number(suite, "tests", failures ? failures : 1);
    xml_set_number(suite, "failures", failures);
    for (uint32_t i = 0; i < diags->count; i++)
        if (diags->at[i].fate == DIAG_NEW)
            failure(suite, findings, &diags->at[i], out->arena);
    if (!failures) {
        passed = mxmlNewElement(suite, "testcase");
        xml_set(passed, "classname", findings->name);
        xml_set(passed, "name", "hacc lint");
    }
    xml_print(suite, out);
}

static void end(const struct findings_sum *sum, bool pieces, struct buf *out)
{
    (void)pieces;
    if (sum->dropped)
        buf_printf(out, "<!-- %u more findings are not shown -->\n", sum->dropped);
    buf_puts(out, "</testsuites>\n");
}

const struct findings_format findings_junit = {"junit", begin, piece, end, "", false};
