/* Texts of requests taken apart: pairs, escapes. Pure: it neither allocates nor calls the host. */
#ifndef ROUTELET_TEXT_H
#define ROUTELET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *bytes;
    size_t length;
} text_piece;

/* Takes the next "name=value" off `rest`; a value that is missing is empty. False at the end. */
bool text_next_pair(const char **rest, char separator, text_piece *name, text_piece *value);

/* Writes what the form encoding means, with a zero byte behind it: at most the length of `encoded` and
 * one. An escape that is none stays as it is, and so does %00, which would end a text early. */
size_t text_decode(char *into, text_piece encoded);

/* Whether `encoded` means `name`. */
bool text_means(text_piece encoded, const char *name);

#endif
