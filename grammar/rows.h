/* What mkgrammar and rules/mkrules share: rows of YAML read with libcyaml, and C written from them. */
#ifndef GRAMMAR_ROWS_H
#define GRAMMAR_ROWS_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stdio.h>

/* Fields that may be left out: a text, a list of texts, yes or no. */
#define TEXT(key, type, member) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 0, CYAML_UNLIMITED)
#define TEXTS(key, type, member)                                                                            \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, &rows_text_schema, 0, \
                         CYAML_UNLIMITED)
#define FLAG(key, type, member) CYAML_FIELD_BOOL(key, CYAML_FLAG_OPTIONAL, type, member)

extern const cyaml_schema_value_t rows_text_schema;

/* Loads a file by its schema: *data and *count become its rows, which live as long as the program. Gives false, having
 * said why, on failure; count is NULL where the file is a map. */
bool rows_load(const char *path, const cyaml_schema_value_t *schema, void *data, unsigned *count);

/* As malloc and strdup; end the program where memory is out. */
void *grammar_alloc(size_t size);
char *grammar_strdup(const char *text);

/* Gives the index of a version, or -1. */
int grammar_version(const char *text);

/* Writes a file: what `emit` makes of `data`. Gives false, having said why, on failure. */
bool rows_write(const char *path, void (*emit)(void *data, FILE *out), void *data);

/* Write PREFIX_NAME, the name in capitals with '_' for what no identifier holds; and a string of C, 0 for NULL. */
void emit_ident(FILE *out, const char *prefix, const char *name);
void emit_string(FILE *out, const char *text);

#endif
