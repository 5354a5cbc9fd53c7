using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>The Lua code of the host itself, which is compiled into the assembly.</summary>
internal static unsafe class Prelude
{
    /// <summary>What tracebacks call it.</summary>
    internal const string ChunkName = "[llmspell]";

    /// <summary>Pushes the function that a file of the prelude is.</summary>
    internal static void Load(LuaState state, string file)
    {
        using Stream stream = typeof(Prelude).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is missing from the assembly.");
        byte[] code = new byte[stream.Length];
        stream.ReadExactly(code);
        fixed (byte* first = code, name = "=[llmspell]\0"u8)
        {
            Check(state, LuaApi.LoadBuffer(state, first, (nuint)code.Length, name, null));
        }
    }

    internal static void Call(LuaState state, int arguments, int results) =>
        Check(state, LuaApi.ProtectedCall(state, arguments, results, 0));

    private static void Check(LuaState state, LuaStatus status)
    {
        if (status != LuaStatus.Ok)
        {
            throw new InvalidOperationException($"The prelude failed: {state.TextAt(-1)}");
        }
    }
}
