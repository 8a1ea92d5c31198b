/* nginx's own lexing: words, ';', '{' and '}'. Source: nginx.org/en/docs, asked of Debian's nginx: a word ends at a
 * blank, ';' or '{'; quotes count at its start alone; a backslash takes the next byte as it is; "${" does not open a
 * block; '#' opens a comment where a word could begin. */
#ifndef HACC_HOST_NGINX_LEX_H
#define HACC_HOST_NGINX_LEX_H

#include "hacc/base/source.h"

struct nginx_word {
    const char *text; /* without quotes and escapes; NUL-terminated, arena-owned */
    struct span at;
};

enum nginx_token { NGINX_WORD, NGINX_SEMICOLON, NGINX_OPEN, NGINX_CLOSE, NGINX_END, NGINX_BAD };

struct nginx_lexer {
    const struct source *source;
    struct arena *arena;
    uint32_t src, at;
};

/* Takes the next token; of NGINX_WORD, *word is set; of the others but NGINX_END, its place. NGINX_BAD: a quote that
 * does not close, or something right behind a closing quote; the lexer is at the end, or behind the quote. */
enum nginx_token nginx_next(struct nginx_lexer *lexer, struct nginx_word *word);

/* Goes behind the '}' that ends a block of Lua (ngx_lua's *_by_lua_block), whose '{' was just taken: Lua's strings and
 * comments may hold braces. Gives false where it does not end. */
bool nginx_skip_lua(struct nginx_lexer *lexer);

#endif
