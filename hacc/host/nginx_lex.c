#include "hacc/host/nginx_lex.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char peek(const struct nginx_lexer *lexer, uint32_t ahead)
{
    uint32_t at = lexer->at + ahead;

    return at < lexer->source->len ? lexer->source->data[at] : '\0';
}

static bool at_end(const struct nginx_lexer *lexer)
{
    return lexer->at >= lexer->source->len;
}

static void skip_blanks(struct nginx_lexer *lexer)
{
    while (!at_end(lexer)) {
        if (is_space(peek(lexer, 0)))
            lexer->at++;
        else if (peek(lexer, 0) == '#')
            while (!at_end(lexer) && peek(lexer, 0) != '\n')
                lexer->at++;
        else
            break;
    }
}

/* The byte behind a backslash: \t \r \n are what they are in C; a quote, a backslash stand for themselves; before
 * anything else the backslash stays, for regular expressions. */
static char *unescape(char *out, char c)
{
    static const char from[] = "trn\"'\\", to[] = "\t\r\n\"'\\";
    const char *found = c ? strchr(from, c) : NULL;

    if (found) {
        *out++ = to[found - from];
        return out;
    }
    *out++ = '\\';
    *out++ = c;
    return out;
}

/* Decodes bytes begin..end of the source. */
static const char *decode(struct nginx_lexer *lexer, uint32_t begin, uint32_t end)
{
    const char *from = lexer->source->data;
    char *text = arena_alloc(lexer->arena, end - begin + 1), *out = text;

    for (uint32_t i = begin; i < end; i++) {
        if (from[i] == '\\' && i + 1 < end)
            out = unescape(out, from[++i]);
        else
            *out++ = from[i];
    }
    *out = '\0';
    return text;
}

static enum nginx_token quoted(struct nginx_lexer *lexer, struct nginx_word *word)
{
    uint32_t begin = lexer->at++, end;
    char quote = lexer->source->data[begin], behind;

    while (!at_end(lexer) && peek(lexer, 0) != quote)
        lexer->at += peek(lexer, 0) == '\\' ? 2 : 1;
    word->text = "";
    if (at_end(lexer)) {
        lexer->at = lexer->source->len;
        return NGINX_BAD;
    }
    end = lexer->at++;
    word->at = (struct span){lexer->src, begin, lexer->at - begin};
    word->text = decode(lexer, begin + 1, end);
    behind = peek(lexer, 0);
    return at_end(lexer) || is_space(behind) || strchr(";{)", behind) ? NGINX_WORD : NGINX_BAD;
}

static enum nginx_token plain(struct nginx_lexer *lexer, struct nginx_word *word)
{
    uint32_t begin = lexer->at;

    while (!at_end(lexer)) {
        char c = peek(lexer, 0);

        if (is_space(c) || c == ';' || (c == '{' && (lexer->at == begin || lexer->source->data[lexer->at - 1] != '$')))
            break;
        lexer->at += c == '\\' ? 2 : 1;
    }
    if (lexer->at > lexer->source->len)
        lexer->at = lexer->source->len;
    word->text = decode(lexer, begin, lexer->at);
    word->at = (struct span){lexer->src, begin, lexer->at - begin};
    return NGINX_WORD;
}

enum nginx_token nginx_next(struct nginx_lexer *lexer, struct nginx_word *word)
{
    static const char marks[] = ";{}";
    static const enum nginx_token tokens[] = {NGINX_SEMICOLON, NGINX_OPEN, NGINX_CLOSE};
    const char *mark;

    skip_blanks(lexer);
    word->at = (struct span){lexer->src, lexer->at, 1};
    if (at_end(lexer))
        return NGINX_END;
    mark = peek(lexer, 0) ? strchr(marks, peek(lexer, 0)) : NULL;
    if (mark) {
        lexer->at++;
        return tokens[mark - marks];
    }
    return peek(lexer, 0) == '"' || peek(lexer, 0) == '\'' ? quoted(lexer, word) : plain(lexer, word);
}

/* Lua's [[ … ]] and [==[ … ]==]: gives the bytes of the opening bracket, or 0. */
static uint32_t long_bracket(const struct nginx_lexer *lexer, uint32_t ahead)
{
    uint32_t level = 0;

    if (peek(lexer, ahead) != '[')
        return 0;
    while (peek(lexer, ahead + 1 + level) == '=')
        level++;
    return peek(lexer, ahead + 1 + level) == '[' ? level + 2 : 0;
}

static void skip_long(struct nginx_lexer *lexer, uint32_t size)
{
    uint32_t level = size - 2, found;

    for (lexer->at += size; !at_end(lexer); lexer->at++) {
        if (peek(lexer, 0) != ']')
            continue;
        for (found = 0; peek(lexer, 1 + found) == '='; found++)
            ;
        if (found == level && peek(lexer, 1 + found) == ']') {
            lexer->at += size;
            return;
        }
    }
}

static void skip_lua_string(struct nginx_lexer *lexer)
{
    char quote = peek(lexer, 0);

    for (lexer->at++; !at_end(lexer) && peek(lexer, 0) != quote && peek(lexer, 0) != '\n'; lexer->at++)
        if (peek(lexer, 0) == '\\')
            lexer->at++;
    lexer->at++;
}

static void skip_lua_comment(struct nginx_lexer *lexer)
{
    uint32_t size = long_bracket(lexer, 2);

    if (size) {
        lexer->at += 2;
        skip_long(lexer, size);
        return;
    }
    while (!at_end(lexer) && peek(lexer, 0) != '\n')
        lexer->at++;
}

bool nginx_skip_lua(struct nginx_lexer *lexer)
{
    uint32_t depth = 1, size;

    while (!at_end(lexer)) {
        char c = peek(lexer, 0);

        if (c == '"' || c == '\'') {
            skip_lua_string(lexer);
        } else if (c == '-' && peek(lexer, 1) == '-') {
            skip_lua_comment(lexer);
        } else if ((size = long_bracket(lexer, 0)) != 0) {
            skip_long(lexer, size);
        } else {
            lexer->at++;
            depth += c == '{';
            if (c == '}' && --depth == 0)
                return true;
        }
    }
    return false;
}
