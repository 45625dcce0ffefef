/* Is included before every C file of a binary for Windows 7 and Server 2008 R2 (see build_nuitka.py).

   Without update KB2533623 these have no AddDllDirectory, and refuse the LOAD_LIBRARY_SEARCH_* flags. Nuitka uses both,
   and a program that imports AddDllDirectory would not even start. So it is looked up while the program runs, and where
   it is missing the older functions are used: the altered search path, and the one folder of SetDllDirectory. */
#ifndef WINDOWS7_H
#define WINDOWS7_H
#if defined(_WIN32) && !defined(__ASSEMBLER__)
#include <windows.h>

#ifdef _MSC_VER
#define WINDOWS7_INLINE __inline
#else
#define WINDOWS7_INLINE __inline__ __attribute__((unused))
#endif
#define WINDOWS7_SEARCH_FLAGS 0x1F00

static WINDOWS7_INLINE HMODULE windows7_LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags) {
    HMODULE loaded = NULL;
#ifdef WINDOWS7_PRETEND /* be a Windows 7 without the update */
    if (flags & WINDOWS7_SEARCH_FLAGS) SetLastError(ERROR_INVALID_PARAMETER);
    else
#endif
    loaded = LoadLibraryExW(name, file, flags);
    if (loaded == NULL && (flags & WINDOWS7_SEARCH_FLAGS) && GetLastError() == ERROR_INVALID_PARAMETER)
        loaded = LoadLibraryExW(name, file, LOAD_WITH_ALTERED_SEARCH_PATH);
    return loaded;
}

static WINDOWS7_INLINE DLL_DIRECTORY_COOKIE windows7_AddDllDirectory(PCWSTR folder) {
    DLL_DIRECTORY_COOKIE (WINAPI *add)(PCWSTR) = NULL;
#ifndef WINDOWS7_PRETEND
    add = (DLL_DIRECTORY_COOKIE (WINAPI *)(PCWSTR))(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                                                          "AddDllDirectory");
#endif
    if (add) return add(folder);
    SetDllDirectoryW(folder);
    return (DLL_DIRECTORY_COOKIE)1;
}

#define LoadLibraryExW windows7_LoadLibraryExW
#define AddDllDirectory windows7_AddDllDirectory
#endif
#endif
