using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Memory;

namespace LlmSpell.Lua.Tests.Running;

public sealed unsafe partial class OutOfMemoryTests
{
    private const nuint LargestBlock = 64 << 20;

    private static delegate* unmanaged[Cdecl]<nint, void*, nuint, nuint, void*> _original;

    [Theory]
    [InlineData("local s = ('x'):rep(40 << 20) return s .. s")]
    [InlineData("return ('x'):rep(100 << 20)")]
    [InlineData("local s = ('x'):rep(40 << 20) return table.concat({ s, s })")]
    public void Memory_that_cannot_be_had_is_a_failure_of_its_own_kind_and_the_host_lives(string code)
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options());
        nint data;
        _original = GetAllocator(host.State.Pointer, &data);
        SetAllocator(host.State.Pointer, &Allocate, data);

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString(code, "test"));
        host.RunString("State.save('global', 'k', { 'alive' }) print(State.load('global', 'k')[1])", "after");

        Assert.Equal(LuaFailureKind.OutOfMemory, failure.Kind);
        Assert.Equal("not enough memory", failure.Message);
        Assert.Equal("alive\n", run.Output);
    }

    /// <summary>The host's own allocator, but the system does not have the largest blocks.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Allocate(nint data, void* block, nuint oldSize, nuint newSize)
    {
        if (newSize <= LargestBlock)
        {
            return _original(data, block, oldSize, newSize);
        }

        ((Heap*)data)->SystemRefused = true;
        return null;
    }

    [LibraryImport("lua54", EntryPoint = "lua_getallocf")]
    private static partial delegate* unmanaged[Cdecl]<nint, void*, nuint, nuint, void*> GetAllocator(nint state, nint* data);

    [LibraryImport("lua54", EntryPoint = "lua_setallocf")]
    private static partial void SetAllocator(
        nint state, delegate* unmanaged[Cdecl]<nint, void*, nuint, nuint, void*> allocator, nint data);
}
