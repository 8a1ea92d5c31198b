/* The yardstick: libyaml's events over a file, and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

static unsigned char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    unsigned char *data = NULL;

    if (file && fseek(file, 0, SEEK_END) == 0) {
        *len = (size_t)ftell(file);
        rewind(file);
        data = malloc(*len + 1);
        if (data && fread(data, 1, *len, file) != *len) {
            free(data);
            data = NULL;
        }
    }
    if (file)
        fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    size_t len = 0;
    unsigned char *data = argc == 2 ? read_file(argv[1], &len) : NULL;
    yaml_parser_t parser;
    yaml_event_t event;
    long events = 0;
    int done = 0;

    if (!data || !yaml_parser_initialize(&parser))
        return 2;
    yaml_parser_set_input_string(&parser, data, len);
    while (!done) {
        if (!yaml_parser_parse(&parser, &event))
            return 1;
        done = event.type == YAML_STREAM_END_EVENT;
        events++;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    free(data);
    printf("%ld\n", events);
    return 0;
}
