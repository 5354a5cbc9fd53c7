using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <summary>Which Lua is loaded.</summary>
internal static class LuaRelease
{
    private const string Mark = "$LuaVersion: Lua ";

    /// <summary>The release, such as <c>5.4.9</c>, as the library itself says it; <c>5.4</c> if it says nothing.</summary>
    internal static string Text
    {
        get
        {
            nint library = NativeLibrary.Load("lua54", typeof(LuaRelease).Assembly, null);
            try
            {
                // "$LuaVersion: Lua 5.4.9  Copyright (C) … $…": const char lua_ident[] in lapi.c.
                string? ident = NativeLibrary.TryGetExport(library, "lua_ident", out nint text) ? Marshal.PtrToStringUTF8(text) : null;
                return ident?.StartsWith(Mark, StringComparison.Ordinal) == true ? ident[Mark.Length..].Split(' ')[0] : "5.4";
            }
            finally
            {
                NativeLibrary.Free(library);
            }
        }
    }
}
