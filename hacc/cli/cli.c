#include "hacc/cli/cli.h"

#include "hacc/base/rule.h"
#include "hacc/write/files.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cli_color(int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return !(no_color && *no_color) && term && strcmp(term, "dumb") != 0 && isatty(fd);
}

bool cli_print(const char *text, size_t len)
{
    if (write_all(STDOUT_FILENO, text, len))
        return true;
    cli_error("standard output: %s", strerror(errno));
    return false;
}

int cli_no_rule(const char *id, bool families)
{
    const char *near = rule_suggest(id, strlen(id), families);

    cli_error("no rule%s '%s'%s%s%s", families ? " or family" : "", id, near ? "; did you mean '" : "",
              near ? near : " ('hacc rules' lists them)", near ? "'?" : "");
    return EXIT_FINDINGS;
}

void cli_error(const char *fmt, ...)
{
    va_list ap;

    fputs("hacc: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}
