/* What a user reads when YAML, or we, refuse a file: the whole text, carets included. */
#include "tests/unit/test_yaml_fixture.h"

static const struct {
    const char *yaml, *findings;
} cases[] = {
    /* bytes that YAML takes for itself */
    {"bind: *:80\n", "f.yaml:1:7: error[yaml-syntax]: '*' starts a YAML alias\n"
                     "    1 | bind: *:80\n"
                     "      |       ^\n"
                     "  help: write \"*:80\"\n"},
    {"bind:\n"
     "  - *:80\n"
     "  - :81\n",
     "f.yaml:2:5: error[yaml-syntax]: '*' starts a YAML alias\n"
     "    2 |   - *:80\n"
     "      |     ^\n"
     "  help: write \"*:80\"\n"},
    {"bind: [::]:80\n", "f.yaml:1:7: error[yaml-syntax]: '[' starts a YAML list\n"
                        "    1 | bind: [::]:80\n"
                        "      |       ^\n"
                        "  help: write \"[::]:80\"\n"},
    {"b: {c: [::]:80, d: e}\n", "f.yaml:1:8: error[yaml-syntax]: '[' starts a YAML list\n"
                                "    1 | b: {c: [::]:80, d: e}\n"
                                "      |        ^\n"
                                "  help: write \"[::]:80\"\n"},
    {"bind: {at: :80}\n", "f.yaml:1:12: error[yaml-syntax]: ':' cannot start a text inside [ ] or { }\n"
                          "    1 | bind: {at: :80}\n"
                          "      |            ^\n"
                          "  help: write \":80\"\n"},
    {"use_backend: %[src]\n", "f.yaml:1:14: error[yaml-syntax]: '%' cannot start a text in YAML\n"
                              "    1 | use_backend: %[src]\n"
                              "      |              ^\n"
                              "  help: write \"%[src]\"\n"},
    {"a: @x\n", "f.yaml:1:4: error[yaml-syntax]: '@' cannot start a text in YAML\n"
                "    1 | a: @x\n"
                "      |    ^\n"
                "  help: write \"@x\"\n"},
    {"a: `x`\n", "f.yaml:1:4: error[yaml-syntax]: '`' cannot start a text in YAML\n"
                 "    1 | a: `x`\n"
                 "      |    ^\n"
                 "  help: write \"`x`\"\n"},
    {"a: &\n", "f.yaml:1:4: error[yaml-syntax]: '&' starts a YAML anchor\n"
               "    1 | a: &\n"
               "      |    ^\n"
               "  help: write \"&\"\n"},
    {"a: ? b\n", "f.yaml:1:4: error[yaml-syntax]: '?' starts a YAML complex key\n"
                 "    1 | a: ? b\n"
                 "      |    ^\n"
                 "  help: write \"? b\"\n"},
    {"a: |text\n", "f.yaml:1:4: error[yaml-syntax]: '|' starts a YAML text block, which begins on the next line\n"
                   "    1 | a: |text\n"
                   "      |    ^\n"
                   "  help: write \"|text\"\n"},
    {"a: >x y\n", "f.yaml:1:4: error[yaml-syntax]: '>' starts a YAML text block, which begins on the next line\n"
                  "    1 | a: >x y\n"
                  "      |    ^\n"
                  "  help: write \">x y\"\n"},
    {"a: ]\n", "f.yaml:1:4: error[yaml-syntax]: ']' cannot start a text in YAML\n"
               "    1 | a: ]\n"
               "      |    ^\n"
               "  help: write \"]\"\n"},
    {"a: [x]]\n", "f.yaml:1:7: error[yaml-syntax]: ']' closes nothing that is open\n"
                  "    1 | a: [x]]\n"
                  "      |       ^\n"},
    {"*:80: a\n", "f.yaml:1:1: error[yaml-syntax]: '*' starts a YAML alias\n"
                  "    1 | *:80: a\n"
                  "      | ^\n"
                  "  help: write \"*:80\"\n"},
    {"%x: a\n", "f.yaml:1:1: error[yaml-syntax]: '%' cannot start a text in YAML\n"
                "    1 | %x: a\n"
                "      | ^\n"
                "  help: write \"%x\"\n"},
    {"a: *x y\n", "f.yaml:1:4: error[yaml-syntax]: '*' starts a YAML alias\n"
                  "    1 | a: *x y\n"
                  "      |    ^\n"
                  "  help: write \"*x y\"\n"},
    {"a: *x\n", "f.yaml:1:4: error[yaml-anchor]: '*' starts a YAML alias, and no anchor '&x' stands above\n"
                "    1 | a: *x\n"
                "      |    ^~\n"
                "  help: write \"*x\" if text is meant, or define '&x' above this line\n"},
    {"if: !{ src 10.0.0.1 }\n", "f.yaml:1:5: error[yaml-syntax]: '!' starts a YAML tag\n"
                                "    1 | if: !{ src 10.0.0.1 }\n"
                                "      |     ^\n"
                                "  help: write \"!{ src 10.0.0.1 }\"\n"},
    {"if: !x !y\n", "f.yaml:1:5: error[yaml-syntax]: '!' starts a YAML tag\n"
                    "    1 | if: !x !y\n"
                    "      |     ^\n"
                    "  help: write \"!x !y\"\n"},
    {"if: { src 10.0.0.1 } { ssl_fc }\n", "f.yaml:1:5: error[yaml-syntax]: '{' starts a YAML map\n"
                                          "    1 | if: { src 10.0.0.1 } { ssl_fc }\n"
                                          "      |     ^\n"
                                          "  help: write \"{ src 10.0.0.1 } { ssl_fc }\"\n"},
    /* quotes */
    {"a: \"b\" c\n", "f.yaml:1:8: error[yaml-syntax]: text behind a closing quote\n"
                     "    1 | a: \"b\" c\n"
                     "      |        ^\n"
                     "  help: write '\"b\" c'\n"},
    {"a: \"b\"c # d\n", "f.yaml:1:7: error[yaml-syntax]: text behind a closing quote\n"
                        "    1 | a: \"b\"c # d\n"
                        "      |       ^\n"
                        "  help: write '\"b\"c'\n"},
    {"a: 'it's'\n", "f.yaml:1:7: error[yaml-syntax]: this quote closes the text, and more follows\n"
                    "    1 | a: 'it's'\n"
                    "      |       ^\n"
                    "  help: write \"it's\"\n"},
    {"a: \"b\": c\n", "f.yaml:1:7: error[yaml-syntax]: text behind a closing quote\n"
                      "    1 | a: \"b\": c\n"
                      "      |       ^\n"
                      "  help: write '\"b\": c'\n"},
    {"a: \"b\n"
     "c: d\n",
     "f.yaml:1:4: error[yaml-syntax]: the quote that opens here is not closed\n"
     "    1 | a: \"b\n"
     "      |    ^\n"
     "  help: close it on this line; a quote that belongs to the text needs quotes around\n"},
    {"a: 'b\n", "f.yaml:1:4: error[yaml-syntax]: the quote that opens here is not closed\n"
                "    1 | a: 'b\n"
                "      |    ^\n"
                "  help: close it on this line; a quote that belongs to the text needs quotes around\n"},
    {"a: 'tis\n"
     "b: 'x'\n",
     "f.yaml:1:4: error[yaml-syntax]: the quote that opens here closes only lines below\n"
     "    1 | a: 'tis\n"
     "      |    ^\n"
     "f.yaml:2:4: note: this quote closes it, and more text follows\n"
     "    2 | b: 'x'\n"
     "      |    ^\n"
     "  help: close it on its own line\n"},
    {"\"a\" b: c\n", "f.yaml:1:5: error[yaml-syntax]: text behind a closing quote\n"
                     "    1 | \"a\" b: c\n"
                     "      |     ^\n"
                     "  help: write '\"a\" b: c'\n"},
    {"a: \"x\\d\"\n", "f.yaml:1:6: error[yaml-escape]: YAML consumes the backslash of '\\d' inside double "
                      "quotes; HAProxy would not see it\n"
                      "    1 | a: \"x\\d\"\n"
                      "      |      ^~\n"
                      "  help: use single quotes: 'x\\d'\n"},
    {"a: \"\\u12\"\n", "f.yaml:1:5: error[yaml-escape]: YAML consumes the backslash of '\\u' inside double "
                       "quotes; HAProxy would not see it\n"
                       "    1 | a: \"\\u12\"\n"
                       "      |     ^~\n"
                       "  help: use single quotes: '\\u12'\n"},
    /* colons */
    {"a: b: c\n", "f.yaml:1:5: error[yaml-syntax]: ': ' inside a text would start a YAML map\n"
                  "    1 | a: b: c\n"
                  "      |     ^\n"
                  "  help: write \"b: c\"\n"},
    {"a: 'x' y: z\n", "f.yaml:1:8: error[yaml-syntax]: text behind a closing quote\n"
                      "    1 | a: 'x' y: z\n"
                      "      |        ^\n"
                      "  help: write \"'x' y: z\"\n"},
    {"a: {b: c: d}\n", "f.yaml:1:9: error[yaml-syntax]: a second ':' in one item of [ ] or { }\n"
                       "    1 | a: {b: c: d}\n"
                       "      |         ^\n"
                       "  help: put the text around it in quotes\n"},
    {"global:\n"
     "  maxconn:6000\n"
     "  user: x\n",
     "f.yaml:2:10: error[yaml-syntax]: a blank is missing behind ':'\n"
     "    2 |   maxconn:6000\n"
     "      |          ^\n"
     "  help: write 'maxconn: 6000'\n"},
    {"global:\n"
     "  user: x\n"
     "  maxconn:6000\n",
     "f.yaml:3:10: error[yaml-syntax]: a blank is missing behind ':'\n"
     "    3 |   maxconn:6000\n"
     "      |          ^\n"
     "  help: write 'maxconn: 6000'\n"},
    {"global:\n"
     "  user: x\n"
     "  maxconn 6000\n"
     "  group: x\n",
     "f.yaml:3:10: error[yaml-syntax]: a ':' is missing behind 'maxconn'\n"
     "    3 |   maxconn 6000\n"
     "      |          ^\n"
     "  help: write 'maxconn: 6000'\n"},
    {"a: b\n"
     "c\n"
     "d: e\n",
     "f.yaml:2:1: error[yaml-syntax]: a ':' and a value are missing behind this key\n"
     "    2 | c\n"
     "      | ^\n"
     "  help: write 'c: value'\n"},
    {": a\n", "f.yaml:1:1: error[yaml-syntax]: a key is missing before ':'\n"
              "    1 | : a\n"
              "      | ^\n"
              "  help: put the key before the ':', or the text in quotes\n"},
    {"a: b\n"
     ": c\n",
     "f.yaml:2:1: error[yaml-syntax]: a key is missing before ':'\n"
     "    2 | : c\n"
     "      | ^\n"
     "  help: put the key before the ':', or the text in quotes\n"},
    /* indentation */
    {"a:\n"
     "\tb: 1\n",
     "f.yaml:2:1: error[yaml-syntax]: a tab in the indentation\n"
     "    2 |  b: 1\n"
     "      | ^\n"
     "  help: YAML indents with spaces\n"},
    {"a:\n"
     "  b: 1\n"
     "\tc: 2\n"
     "\td: 3\n",
     "f.yaml:3:1: error[yaml-syntax]: a tab in the indentation, here and on 1 more line\n"
     "    3 |  c: 2\n"
     "      | ^\n"
     "  help: YAML indents with spaces\n"},
    {"-\ta: b\n", "f.yaml:1:2: error[yaml-syntax]: a tab behind '-'\n"
                  "    1 | - a: b\n"
                  "      |  ^\n"
                  "  help: write a blank\n"},
    {"a:\n"
     "  b: 1\n"
     " c: 2\n",
     "f.yaml:3:2: error[yaml-syntax]: indented by 1, which fits no line above\n"
     "    3 |  c: 2\n"
     "      |  ^\n"
     "  help: the lines above are indented by 0 or 2\n"},
    {"a:\n"
     "  b:\n"
     "    c: 1\n"
     "   d: 2\n"
     "  e: 3\n",
     "f.yaml:4:4: error[yaml-syntax]: indented by 3, which fits no line above\n"
     "    4 |    d: 2\n"
     "      |    ^\n"
     "  help: the lines above are indented by 0, 2 or 4\n"},
    {"a: 1\n"
     "  b: 2\n",
     "f.yaml:2:3: error[yaml-syntax]: this line is indented deeper than the one above, which has a value "
     "already\n"
     "    2 |   b: 2\n"
     "      |   ^\n"
     "f.yaml:1:4: note: the value\n"
     "    1 | a: 1\n"
     "      |    ^\n"
     "  help: indent it like its neighbours, or remove the value above\n"},
    {"a:\n"
     "  b: 1\n"
     "    c: 2\n",
     "f.yaml:3:5: error[yaml-syntax]: this line is indented deeper than the one above, which has a value "
     "already\n"
     "    3 |     c: 2\n"
     "      |     ^\n"
     "f.yaml:2:6: note: the value\n"
     "    2 |   b: 1\n"
     "      |      ^\n"
     "  help: indent it like its neighbours, or remove the value above\n"},
    {"  a: 1\n"
     "b: 2\n",
     "f.yaml:2:1: error[yaml-syntax]: this line is indented less than the first one\n"
     "    2 | b: 2\n"
     "      | ^\n"
     "f.yaml:1:3: note: the first line\n"
     "    1 |   a: 1\n"
     "      |   ^\n"
     "  help: indent all keys of one map alike\n"},
    {"a:\n"
     "  - x\n"
     "  y: 1\n",
     "f.yaml:3:3: error[yaml-syntax]: a line without '-' among the items of a list\n"
     "    3 |   y: 1\n"
     "      |   ^\n"
     "f.yaml:2:3: note: the list starts here\n"
     "    2 |   - x\n"
     "      |   ^\n"
     "  help: start the line with '- ', or indent it with the item that it belongs to\n"},
    {"a:\n"
     "  y: 1\n"
     "  - x\n",
     "f.yaml:3:3: error[yaml-syntax]: a list item among the keys of a map\n"
     "    3 |   - x\n"
     "      |   ^\n"
     "f.yaml:2:3: note: the map starts here\n"
     "    2 |   y: 1\n"
     "      |   ^\n"
     "  help: give the list a key of its own, or indent it under one without a value\n"},
    {"a: - b\n", "f.yaml:1:4: error[yaml-syntax]: a list item on the line of its key\n"
                 "    1 | a: - b\n"
                 "      |    ^\n"
                 "  help: put the items on lines of their own below the key, or in [ ]\n"},
    {"- x: 1\n"
     "  - y\n",
     "f.yaml:2:3: error[yaml-syntax]: a list item among the keys of a map\n"
     "    2 |   - y\n"
     "      |   ^\n"
     "f.yaml:1:3: note: the map starts here\n"
     "    1 | - x: 1\n"
     "      |   ^\n"
     "  help: give the list a key of its own, or indent it under one without a value\n"},
    /* brackets */
    {"a: [b, c\n"
     "d: e\n",
     "f.yaml:1:4: error[yaml-syntax]: the '[' that opens here is not closed by a ']'\n"
     "    1 | a: [b, c\n"
     "      |    ^\n"
     "  help: add the ']', or put the text in quotes\n"},
    {"a: {b: c\n"
     "d: e\n",
     "f.yaml:1:4: error[yaml-syntax]: the '{' that opens here is not closed by a '}'\n"
     "    1 | a: {b: c\n"
     "      |    ^\n"
     "  help: add the '}', or put the text in quotes\n"},
    {"a: [b\n", "f.yaml:1:4: error[yaml-syntax]: the '[' that opens here is not closed by a ']'\n"
                "    1 | a: [b\n"
                "      |    ^\n"
                "  help: add the ']', or put the text in quotes\n"},
    {"a: {b: 1\n"
     "  c: 2}\n",
     "f.yaml:2:3: error[yaml-syntax]: a ',' or '}' is missing before this line\n"
     "    2 |   c: 2}\n"
     "      |   ^\n"
     "f.yaml:1:4: note: in the brackets that open here\n"
     "    1 | a: {b: 1\n"
     "      |    ^\n"},
    {"a: [\"b\" c]\n", "f.yaml:1:9: error[yaml-syntax]: a ',' or ']' is missing before this\n"
                       "    1 | a: [\"b\" c]\n"
                       "      |         ^\n"
                       "f.yaml:1:4: note: in the brackets that open here\n"
                       "    1 | a: [\"b\" c]\n"
                       "      |    ^\n"
                       "  help: separate items by ',', and put text with blanks or quotes in quotes as a whole\n"},
    /* what YAML would eat silently */
    {"if: !is_http\n", "f.yaml:1:5: error[yaml-tag]: '!is_http' is a YAML tag here, not text\n"
                       "    1 | if: !is_http\n"
                       "      |     ^~~~~~~~\n"
                       "  help: write \"!is_http\"\n"},
    {"if: !is_http or x\n", "f.yaml:1:5: error[yaml-tag]: '!is_http' is a YAML tag here, not text\n"
                            "    1 | if: !is_http or x\n"
                            "      |     ^~~~~~~~\n"
                            "  help: write \"!is_http or x\"\n"},
    {"if: { src 1.1.1.1 }\n", "f.yaml:1:5: error[yaml-null]: '{' starts a YAML map here, and 'src 1.1.1.1' "
                              "would be a key without a value\n"
                              "    1 | if: { src 1.1.1.1 }\n"
                              "      |     ^~~~~~~~~~~~~~~\n"
                              "  help: write \"{ src 1.1.1.1 }\"\n"},
    {"ssl: {alpn: h2,http/1.1}\n", "f.yaml:1:16: error[yaml-null]: 'http/1.1' is a key without a value here: "
                                   "',' and '{' end a text inside { }\n"
                                   "    1 | ssl: {alpn: h2,http/1.1}\n"
                                   "      |                ^~~~~~~~\n"
                                   "  help: write alpn: \"h2,http/1.1\"\n"},
    {"option: {httplog, dontlognull}\n",
     "f.yaml:1:10: error[yaml-null]: 'httplog' is a key without a value here: ',' and '{' end a text inside "
     "{ }\n"
     "    1 | option: {httplog, dontlognull}\n"
     "      |          ^~~~~~~\n"
     "  help: write httplog: true, or put the whole text in quotes\n"
     "f.yaml:1:19: error[yaml-null]: 'dontlognull' is a key without a value here: ',' and '{' end a text "
     "inside { }\n"
     "    1 | option: {httplog, dontlognull}\n"
     "      |                   ^~~~~~~~~~~\n"
     "  help: write dontlognull: true, or put the whole text in quotes\n"},
    {"k:\n", "f.yaml:1:1: error[yaml-null]: key 'k' has no value\n"
             "    1 | k:\n"
             "      | ^\n"
             "  help: write '{}' for an empty map, \"\" for an empty text, true for a keyword that stands alone\n"},
    {"k: ~\n", "f.yaml:1:4: error[yaml-null]: '~' is YAML's word for no value\n"
               "    1 | k: ~\n"
               "      |    ^\n"
               "  help: put it in quotes if that text is meant\n"},
    {"k: null\n", "f.yaml:1:4: error[yaml-null]: 'null' is YAML's word for no value\n"
                  "    1 | k: null\n"
                  "      |    ^~~~\n"
                  "  help: put it in quotes if that text is meant\n"},
    {"k:\n"
     "  -\n"
     "  - a\n",
     "f.yaml:2:3: error[yaml-null]: an item without a value\n"
     "    2 |   -\n"
     "      |   ^\n"
     "  help: remove the '-', or write \"\" for an empty text\n"},
    {"a: \"b\\n\"\n", "f.yaml:1:6: error[yaml-escape]: YAML consumes the backslash of '\\n' inside double "
                      "quotes; HAProxy would not see it\n"
                      "    1 | a: \"b\\n\"\n"
                      "      |      ^~\n"
                      "  help: use single quotes: 'b\\n'\n"},
    {"a: \"it's \\s\"\n", "f.yaml:1:10: error[yaml-escape]: YAML consumes the backslash of '\\s' inside "
                          "double quotes; HAProxy would not see it\n"
                          "    1 | a: \"it's \\s\"\n"
                          "      |          ^~\n"
                          "  help: use single quotes, in which a backslash is a backslash\n"},
    {"!x a: b\n", "f.yaml:1:1: error[yaml-tag]: a key cannot carry a YAML tag\n"
                  "    1 | !x a: b\n"
                  "      | ^~\n"
                  "  help: tag the value, or put the key in quotes\n"},
    {"a: !evn HOME\n", "f.yaml:1:4: error[yaml-tag]: '!evn' is a YAML tag here, not text\n"
                       "    1 | a: !evn HOME\n"
                       "      |    ^~~~\n"
                       "  help: did you mean '!env'? If text is meant, put it in quotes\n"},
    {"a: !append x\n", "f.yaml:1:4: error[yaml-tag]: '!append' takes a list\n"
                       "    1 | a: !append x\n"
                       "      |    ^~~~~~~\n"
                       "  help: write the items as a list: [a, b]\n"},
    {"a: !append {b: c}\n", "f.yaml:1:4: error[yaml-tag]: '!append' takes a list\n"
                            "    1 | a: !append {b: c}\n"
                            "      |    ^~~~~~~\n"
                            "  help: maps of several files merge by themselves\n"},
    {"a: !env [b]\n", "f.yaml:1:4: error[yaml-tag]: '!env' takes a text, not a list\n"
                      "    1 | a: !env [b]\n"
                      "      |    ^~~~\n"},
    {"? [a]\n"
     ": b\n",
     "f.yaml:1:3: error[yaml-syntax]: a key must be text, and '[' starts a list\n"
     "    1 | ? [a]\n"
     "      |   ^\n"
     "  help: put the key in quotes if text is meant\n"},
    {"{{ ssl_fc }}: b\n", "f.yaml:1:1: error[yaml-syntax]: a key must be text, and '{' starts a map\n"
                          "    1 | {{ ssl_fc }}: b\n"
                          "      | ^\n"
                          "  help: put the key in quotes if text is meant\n"},
    /* several errors in one reading */
    {"a: *:80\n"
     "b: \"x\" y\n"
     "c:\n"
     "  d: @e\n"
     "  f: g\n"
     "h:\n"
     "\ti: j\n"
     "k: ~\n",
     "f.yaml:1:4: error[yaml-syntax]: '*' starts a YAML alias\n"
     "    1 | a: *:80\n"
     "      |    ^\n"
     "  help: write \"*:80\"\n"
     "f.yaml:2:8: error[yaml-syntax]: text behind a closing quote\n"
     "    2 | b: \"x\" y\n"
     "      |        ^\n"
     "  help: write '\"x\" y'\n"
     "f.yaml:4:6: error[yaml-syntax]: '@' cannot start a text in YAML\n"
     "    4 |   d: @e\n"
     "      |      ^\n"
     "  help: write \"@e\"\n"
     "f.yaml:7:1: error[yaml-syntax]: a tab in the indentation\n"
     "    7 |  i: j\n"
     "      | ^\n"
     "  help: YAML indents with spaces\n"
     "f.yaml:8:4: error[yaml-null]: '~' is YAML's word for no value\n"
     "    8 | k: ~\n"
     "      |    ^\n"
     "  help: put it in quotes if that text is meant\n"},
    {"a:\n"
     "  - *:80\n"
     "  - ok\n"
     "b: [c\n"
     "d: {e: f,\n"
     "  g: @h,\n"
     "  i: j}\n"
     "k: l: m\n",
     "f.yaml:2:5: error[yaml-syntax]: '*' starts a YAML alias\n"
     "    2 |   - *:80\n"
     "      |     ^\n"
     "  help: write \"*:80\"\n"
     "f.yaml:4:4: error[yaml-syntax]: the '[' that opens here is not closed by a ']'\n"
     "    4 | b: [c\n"
     "      |    ^\n"
     "  help: add the ']', or put the text in quotes\n"
     "f.yaml:6:6: error[yaml-syntax]: '@' cannot start a text in YAML\n"
     "    6 |   g: @h,\n"
     "      |      ^\n"
     "  help: write \"@h\"\n"
     "f.yaml:8:5: error[yaml-syntax]: ': ' inside a text would start a YAML map\n"
     "    8 | k: l: m\n"
     "      |     ^\n"
     "  help: write \"l: m\"\n"},
    {"a: *:80\n"
     "  b: c\n"
     "d: e\n"
     "d: f\n",
     "f.yaml:1:4: error[yaml-syntax]: '*' starts a YAML alias\n"
     "    1 | a: *:80\n"
     "      |    ^\n"
     "  help: write \"*:80\"\n"
     "f.yaml:4:1: error[yaml-duplicate-key]: key 'd' stands twice in one map\n"
     "    4 | d: f\n"
     "      | ^\n"
     "f.yaml:3:1: note: first here\n"
     "    3 | d: e\n"
     "      | ^\n"
     "  help: remove one of the two; a keyword that HAProxy takes several times is one key with a list\n"},
    /* not YAML at all */
    {"", "f.yaml:1:1: error[unreadable]: the file is empty\n"
         "    1 | \n"
         "      | ^\n"},
    {"\n"
     "\n",
     "f.yaml:1:1: error[unreadable]: the file is empty\n"
     "    1 | \n"
     "      | ^\n"},
    {"# only\n"
     "# comments\n",
     "f.yaml:1:1: error[unreadable]: the file holds nothing but comments\n"
     "    1 | # only\n"
     "      | ^\n"},
    {"---\n", "f.yaml:1:1: error[unreadable]: the file is empty\n"
              "    1 | ---\n"
              "      | ^\n"},
    {"text\n", "f.yaml:1:1: error[bad-shape]: the file holds one text, not a map of sections\n"
               "    1 | text\n"
               "      | ^~~~\n"
               "  help: start with a section, as in 'global:'\n"},
    {"global\n"
     "    maxconn 100\n",
     "f.yaml:1:1: error[yaml-syntax]: this is a configuration in HAProxy's own language, not YAML\n"
     "    1 | global\n"
     "      | ^~~~~~\n"
     "  help: turn it into YAML with 'hacc import'\n"},
    {"# c\n"
     "defaults\n"
     "  mode http\n"
     "\n"
     "frontend x\n"
     "  bind :80\n"
     "  log-format \"%ci: %s\"\n",
     "f.yaml:2:1: error[yaml-syntax]: this is a configuration in HAProxy's own language, not YAML\n"
     "    2 | defaults\n"
     "      | ^~~~~~~~\n"
     "  help: turn it into YAML with 'hacc import'\n"},
    {"a: 1\n"
     "---\n"
     "b: 2\n",
     "f.yaml:2:1: error[yaml-syntax]: a second YAML document starts here; a file holds one\n"
     "    2 | ---\n"
     "      | ^~~\n"
     "  help: remove the '---', or put the parts into files of their own\n"},
    {"- a\n"
     "- b: c\n",
     "f.yaml:1:3: error[bad-shape]: a list at the root of a file is one of maps (blocks)\n"
     "    1 | - a\n"
     "      |   ^\n"
     "  help: write sections as 'name: …' in each item\n"},
    {"~\n", "f.yaml:1:1: error[bad-shape]: the file holds one text, not a map of sections\n"
            "    1 | ~\n"
            "      | ^\n"
            "  help: start with a section, as in 'global:'\n"},
};

static void explains_each(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        read_text(f, cases[i].yaml);
        assert_string_equal(findings(f), cases[i].findings);
    }
}

/* The same with Windows line ends: places and words must not change. */
static void explains_windows_files(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[1024];
        size_t len = 0;

        for (const char *from = cases[i].yaml; *from; from++) {
            if (*from == '\n')
                text[len++] = '\r';
            text[len++] = *from;
        }
        read_text_len(f, text, len);
        assert_string_equal(findings(f), cases[i].findings);
    }
}

/* What can be read is read: faulty values are poisoned, their keys and neighbours are there. */
static void keeps_the_rest(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *yaml, *tree;
    } rests[] = {
        {"a: *:80\nb: c\n", "{a=? b=c}"},
        {"a:\n  - *:80\n  - ok\nb: [c\nd: {e: f,\n  g: @h}\nk: l: m\nn: o\n", "{a=[? ok] b=? d=? k=? n=o}"},
        {"global:\n  maxconn:6000\n  user: x\n", "{global={user=x}}"},
        {"a:\n  b: 1\n c:\n    d: e\nf: g\n", "{a={b=1} f=g}"},
        {"a: \"b\n  c: d\ne: f\n", "{a=? e=f}"},
        {"a:\n  - name: @x\n    port: 1\n  - name: y\n", "{a=[{name=? port=1} {name=y}]}"},
        {"a: ~\nb: {c, d: e}\nf: !x y\ng: *h\n", "{a=?~ b=?{c=? d=e} f=?y g=?*h}"},
    };

    for (size_t i = 0; i < sizeof(rests) / sizeof(*rests); i++) {
        read_text(f, rests[i].yaml);
        assert_string_equal(tree(f), rests[i].tree);
        assert_true(f->diags.errors > 0);
        assert_int_equal(f->doc.damaged, i + 1 < sizeof(rests) / sizeof(*rests));
    }
}

/* An alias whose anchor was hidden, a section that lost its only key: no second message for one mistake. */
static void says_one_mistake_once(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {
        "a: &x @b\nc: *x\n",          "a:\n  @b: c\nd: e\n", "a:\n  - @b\nd: e\n", "a:\n\tb: 1\n\tc: 2\nd:\n\te: 3\n",
        "  a: 1\nb: 2\nc: 3\nd: 4\n", "a: {b: @c, d: @e}\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        read_text(f, texts[i]);
        if (f->diags.count != 1)
            print_error("%s", findings(f));
        assert_int_equal(f->diags.count, 1);
    }
}

static void gives_up_after_many(void **state)
{
    struct fixture *f = *state;
    char text[4096];
    size_t len = 0;

    for (int i = 0; i < 100; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "k%d: *:80\n", i);
    read_text(f, text);
    assert_int_equal(f->diags.errors, YAML_MAX_ERRORS + 1);
    assert_non_null(
        strstr(findings(f), "f.yaml:20:6: error[yaml-limit]: too many syntax errors; the file is not read further\n"));
    assert_true(f->doc.damaged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explains_each),       cmocka_unit_test(explains_windows_files),
        cmocka_unit_test(keeps_the_rest),      cmocka_unit_test(says_one_mistake_once),
        cmocka_unit_test(gives_up_after_many),
    };

    return cmocka_run_group_tests_name("yaml explain", tests, fixture_setup, fixture_teardown);
}
