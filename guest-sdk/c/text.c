#include "text.h"

#include <string.h>

static int digit(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

/* One decoded byte, and how many bytes it took. */
static char decoded(text_piece rest, size_t *taken) {
    *taken = 1;
    if (rest.bytes[0] == '+') return ' ';
    if (rest.bytes[0] != '%' || rest.length < 3) return rest.bytes[0];
    int high = digit(rest.bytes[1]), low = digit(rest.bytes[2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return '%';
    *taken = 3;
    return (char)(high * 16 + low);
}

bool text_next_pair(const char **rest, char separator, text_piece *name, text_piece *value) {
    const char *start = *rest;
    while (*start == separator || *start == ' ') start++;
    if (*start == '\0') return false;
    const char *end = strchr(start, separator);
    if (end == NULL) end = start + strlen(start);
    *rest = end;
    const char *equals = memchr(start, '=', (size_t)(end - start));
    const char *name_end = equals == NULL ? end : equals;
    const char *value_start = equals == NULL ? end : equals + 1;
    *name = (text_piece){start, (size_t)(name_end - start)};
    *value = (text_piece){value_start, (size_t)(end - value_start)};
    return true;
}

size_t text_decode(char *into, text_piece encoded) {
    size_t length = 0;
    for (size_t at = 0, taken; at < encoded.length; at += taken) {
        into[length++] = decoded((text_piece){encoded.bytes + at, encoded.length - at}, &taken);
    }
    into[length] = '\0';
    return length;
}

bool text_means(text_piece encoded, const char *name) {
    for (size_t at = 0, taken; at < encoded.length; at += taken) {
        if (*name == '\0') return false;
        if (decoded((text_piece){encoded.bytes + at, encoded.length - at}, &taken) != *name++) return false;
    }
    return *name == '\0';
}
