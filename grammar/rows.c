/* These files are ours, so failing at the first fault is right. */
#include "grammar/rows.h"

#include "hacc/lang/grammar_enums.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const cyaml_schema_value_t rows_text_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};

static const cyaml_config_t config = {.log_fn = cyaml_log, .mem_fn = cyaml_mem, .log_level = CYAML_LOG_WARNING};

static const char *const versions[HAP_COUNT] = {"2.2", "2.4", "2.6", "2.8", "3.0", "3.2"};

bool rows_load(const char *path, const cyaml_schema_value_t *schema, void *data, unsigned *count)
{
    cyaml_err_t err = cyaml_load_file(path, &config, schema, data, count);

    if (err == CYAML_OK)
        return true;
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, path, cyaml_strerror(err));
    return false;
}

bool rows_write(const char *path, void (*emit)(void *data, FILE *out), void *data)
{
    FILE *out = fopen(path, "w");
    bool good = out != NULL;

    if (good) {
        emit(data, out);
        good = !ferror(out);
        good = fclose(out) == 0 && good;
    }
    if (!good)
        perror(path);
    return good;
}

void *grammar_alloc(size_t size)
{
    void *p = malloc(size);

    if (!p)
        abort();
    return p;
}

char *grammar_strdup(const char *text)
{
    return strcpy(grammar_alloc(strlen(text) + 1), text);
}

int grammar_version(const char *text)
{
    for (int i = 0; i < HAP_COUNT; i++)
        if (strcmp(versions[i], text) == 0)
            return i;
    return -1;
}

static void emit_upper(FILE *out, const char *name)
{
    for (; *name; name++)
        fputc(isalnum((unsigned char)*name) ? toupper((unsigned char)*name) : '_', out);
}

void emit_ident(FILE *out, const char *prefix, const char *name)
{
    emit_upper(out, prefix);
    fputc('_', out);
    emit_upper(out, name);
}

void emit_string(FILE *out, const char *text)
{
    if (!text) {
        fputs("0", out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '?')
            fprintf(out, "\\%c", *text);
        else if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}
