#include "checksum.h"

#include <string.h>
#include <zlib.h>

unsigned long checksum(const char *text)
{
    return crc32(0, (const Bytef *)text, strlen(text));
}
