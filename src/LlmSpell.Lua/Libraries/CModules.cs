using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Libraries;

/// <summary>
/// Makes the functions of liblua54 visible to modules written in C, which are linked against no Lua but find it in the process. .NET
/// loads libraries so that nobody but itself finds them.
/// </summary>
internal static unsafe partial class CModules
{
    private static readonly Lock Gate = new();
    private static bool _isVisible;

    internal static void MakeLuaVisible()
    {
        lock (Gate)
        {
            if (_isVisible || OperatingSystem.IsWindows())
            {
                return;
            }

            _isVisible = true;
            const int ResolveNow = 2;
            (int global, int loadedOnly) = OperatingSystem.IsLinux() ? (0x100, 4) : (8, 0x10);
            if (NativeLibrary.TryLoad("lua54", typeof(CModules).Assembly, null, out nint library)
                && NativeLibrary.TryGetExport(library, "lua_newstate", out nint function))
            {
                SymbolPlace place;
                if (FindSymbol((void*)function, &place) != 0)
                {
                    _ = Open(place.File, ResolveNow | global | loadedOnly);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int FindSymbol(void* address, SymbolPlace* place);

    [LibraryImport("libc", EntryPoint = "dlopen")]
    private static partial nint Open(byte* file, int flags);

    /// <summary>A <c>Dl_info</c>.</summary>
    private struct SymbolPlace
    {
#pragma warning disable CS0649, CS0169 // The C library writes it.
        internal byte* File;
        internal void* Base;
        internal byte* Name;
        internal void* Address;
#pragma warning restore CS0649, CS0169
    }
}
