/* The names that directives define, and the defaults that a section names: the same for both fronts. */
#include "hacc/read/reader.h"

/* Enters a name that an argument defines. A peers section's tables are known as PEERS/TABLE. */
static void define_name(struct reader *reader, struct directive *directive, enum symbol_kind kind,
                        const struct arg *arg)
{
    const struct section *section = reader->section;
    const char *name = arg->text;
    uint32_t len = arg->len;

    if (kind == SYMBOL_TABLE) {
        name = arena_printf(reader->lang->arena, "%.*s/%.*s", (int)section->name_len, section->name, (int)len, name);
        len += section->name_len + 1;
    }
    config_define(reader->config, kind, name, len, reader->section, directive, arg_span(arg));
}

void reader_from(struct reader *reader, struct section *section, const struct word *name)
{
    section->from = name->text;
    section->from_len = name->len;
    section->from_env = name->flags & WORD_ENV;
    reader->lang->section = section;
    reader->lang->kw = NULL;
    if (!section->from_env)
        lang_ref(reader->lang, SYMBOL_DEFAULTS, name->text, name->len, name->at);
}

void reader_define_names(struct reader *reader, struct directive *directive)
{
    struct section *section = reader->section;

    if (directive->kw->defines != SYMBOL_NONE && section->name_env)
        config_define_unknown(reader->config, (enum symbol_kind)directive->kw->defines, section);
    else if (directive->kw->defines != SYMBOL_NONE)
        config_define(reader->config, (enum symbol_kind)directive->kw->defines, section->name, section->name_len,
                      section, directive, directive->at);
    for (uint32_t i = 0; i < directive->arg_count; i++) {
        const struct arg *arg = &directive->args[i];
        const struct sig *sig = sig_at(arg->sig);

        if (!arg->sig || sig->kind != SIG_PARAM || (sig->type != TYPE_DEF && sig->type != TYPE_ID) ||
            arg->flags & ARG_POISON)
            continue;
        if (arg->flags & ARG_ENV)
            config_define_unknown(reader->config, (enum symbol_kind)sig->arg, section);
        else
            define_name(reader, directive, (enum symbol_kind)sig->arg, arg);
    }
}
