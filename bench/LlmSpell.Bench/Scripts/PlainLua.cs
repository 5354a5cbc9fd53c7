using System.Runtime.InteropServices;
using System.Text;

namespace LlmSpell.Bench;

/// <summary>Runs a script in the native library that the host uses too, with the library's own allocator and nothing of ours.</summary>
internal static unsafe partial class PlainLua
{
    internal static void Run(string script)
    {
        nint state = NewState();
        OpenLibraries(state);
        byte[] name = [.. Encoding.UTF8.GetBytes(script), 0];
        fixed (byte* path = name)
        {
            if (LoadFile(state, path, null) != 0 || Call(state, 0, 0, 0, 0, 0) != 0)
            {
                throw new InvalidOperationException($"{script} failed.");
            }
        }

        Close(state);
    }

    [LibraryImport("lua54", EntryPoint = "luaL_newstate")]
    private static partial nint NewState();

    [LibraryImport("lua54", EntryPoint = "luaL_openlibs")]
    private static partial void OpenLibraries(nint state);

    [LibraryImport("lua54", EntryPoint = "luaL_loadfilex")]
    private static partial int LoadFile(nint state, byte* path, byte* mode);

    [LibraryImport("lua54", EntryPoint = "lua_pcallk")]
    private static partial int Call(nint state, int arguments, int results, int handler, nint context, nint continuation);

    [LibraryImport("lua54", EntryPoint = "lua_close")]
    private static partial void Close(nint state);
}
