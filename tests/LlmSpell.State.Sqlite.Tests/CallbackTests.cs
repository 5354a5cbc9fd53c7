using LlmSpell.State.Sqlite.Native;
using LlmSpell.Testing.Interop;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>The methods that SQLite calls.</summary>
public sealed class CallbackTests
{
    /// <summary>See <see cref="SqliteNative"/>.</summary>
    [Fact]
    public void None_calls_a_function_without_a_transition_but_by_a_method_that_is_never_inlined()
    {
        Assert.NotEmpty(NativeCallbacks.In(typeof(SqliteNative).Assembly));
        Assert.All(NativeCallbacks.In(typeof(SqliteNative).Assembly), static callback => Assert.Empty(NativeCallbacks.WithoutTransition(callback)));
    }
}
