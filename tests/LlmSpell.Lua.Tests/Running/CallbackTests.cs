using LlmSpell.Testing.Interop;

namespace LlmSpell.Lua.Tests.Running;

/// <summary>The methods that Lua calls.</summary>
public sealed class CallbackTests
{
    /// <summary>See <see cref="LlmSpell.Lua.Calls.Callback"/>.</summary>
    [Fact]
    public void None_calls_a_function_without_a_transition_but_by_a_method_that_is_never_inlined()
    {
        Assert.NotEmpty(NativeCallbacks.In(typeof(LuaHost).Assembly));
        Assert.All(NativeCallbacks.In(typeof(LuaHost).Assembly), static callback => Assert.Empty(NativeCallbacks.WithoutTransition(callback)));
    }
}
