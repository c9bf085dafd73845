/*
 * SoftHSM as a smart card: a PKCS#11 module that passes all calls on to another one, and says that
 * its slots are for removable tokens, which are there while a file is. Function numbers and layouts
 * as in PKCS#11 2.40.
 *
 * REMOVABLE_LIBRARY is the other module, REMOVABLE_FILE the file.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

typedef unsigned long (*function)(void *, void *, void *, void *, void *, void *, void *);

struct function_list {
  unsigned char version[2];
  function functions[68];
};

enum {
  GET_FUNCTION_LIST = 3,
  GET_SLOT_INFO = 5,
  GET_TOKEN_INFO = 6,
  OPEN_SESSION = 12,
  GET_SESSION_INFO = 15,
  LOGIN = 18,
  SIGN_INIT = 42,
  SIGN = 43
};

enum { OK = 0, GENERAL_ERROR = 5, DEVICE_REMOVED = 0x32, TOKEN_NOT_PRESENT = 0xE0 };
enum { TOKEN_PRESENT = 1, REMOVABLE_DEVICE = 2 };
enum { SLOT_FLAGS = 96 };

static struct function_list *original;
static struct function_list changed;

static int present(void) {
  const char *file = getenv("REMOVABLE_FILE");
  return file != NULL && access(file, F_OK) == 0;
}

static unsigned long slot_info(void *slot, void *info, void *c, void *d, void *e, void *f, void *g) {
  unsigned long result = original->functions[GET_SLOT_INFO](slot, info, c, d, e, f, g);
  if (result == OK) {
    unsigned long *flags = (unsigned long *)((char *)info + SLOT_FLAGS);
    *flags |= REMOVABLE_DEVICE;
    if (!present()) {
      *flags &= ~(unsigned long)TOKEN_PRESENT;
    }
  }
  return result;
}

#define WHILE_PRESENT(name, number, otherwise)                                                     \
  static unsigned long name(void *a, void *b, void *c, void *d, void *e, void *f, void *g) {       \
    return present() ? original->functions[number](a, b, c, d, e, f, g) : (otherwise);             \
  }

WHILE_PRESENT(token_info, GET_TOKEN_INFO, TOKEN_NOT_PRESENT)
WHILE_PRESENT(open_session, OPEN_SESSION, TOKEN_NOT_PRESENT)
WHILE_PRESENT(session_info, GET_SESSION_INFO, DEVICE_REMOVED)
WHILE_PRESENT(login, LOGIN, DEVICE_REMOVED)
WHILE_PRESENT(sign_init, SIGN_INIT, DEVICE_REMOVED)
WHILE_PRESENT(sign, SIGN, DEVICE_REMOVED)

unsigned long C_GetFunctionList(struct function_list **list) {
  if (original == NULL) {
    const char *path = getenv("REMOVABLE_LIBRARY");
    void *library = path == NULL ? NULL : dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    unsigned long (*get)(struct function_list **) =
        library == NULL ? NULL : dlsym(library, "C_GetFunctionList");
    if (get == NULL || get(&original) != OK) {
      return GENERAL_ERROR;
    }
    changed = *original;
    changed.functions[GET_FUNCTION_LIST] = (function)C_GetFunctionList;
    changed.functions[GET_SLOT_INFO] = slot_info;
    changed.functions[GET_TOKEN_INFO] = token_info;
    changed.functions[OPEN_SESSION] = open_session;
    changed.functions[GET_SESSION_INFO] = session_info;
    changed.functions[LOGIN] = login;
    changed.functions[SIGN_INIT] = sign_init;
    changed.functions[SIGN] = sign;
  }
  *list = &changed;
  return OK;
}
