/* What a configuration needs of the machine's folders. */
#include "hacc/check/lint.h"
#include "hacc/host/folders.h"
#include "hacc/lang/value.h"

void lint_folders(struct lint *lint)
{
    const struct lint_machine *machine = lint->machine;
    const struct directive *chroot = lint_global(lint, KW_GLOBAL_CHROOT);
    const struct arg *path = chroot && chroot->arg_count ? &chroot->args[0] : NULL;

    if (!machine || !machine->root || !path || path->flags & (ARG_ENV | ARG_POISON) || *path->text != '/' ||
        !host_lacks_folder(machine->root, path->text, path->len, lint->config->arena))
        return;
    diag_add(lint->config->diags, RULE_CHROOT_MISSING, arg_span(path),
             arena_printf(lint->config->arena, "create it: install -d -m 0755 %.*s", WORD_ARGS(path)),
             "there is no folder '%.*s' on this machine", WORD_ARGS(path));
}
