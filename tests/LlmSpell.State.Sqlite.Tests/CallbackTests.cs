using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>The methods that SQLite calls.</summary>
public sealed class CallbackTests
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;

    /// <summary>See <see cref="SqliteNative"/>. It ends the process only in optimized code, and only if a collection of memory waits just then.</summary>
    [Fact]
    public void None_calls_a_function_without_a_transition_but_by_a_method_that_is_never_inlined()
    {
        MethodInfo[] callbacks = [.. typeof(SqliteNative).Assembly.GetTypes().SelectMany(type => type.GetMethods(All)).Where(Is<UnmanagedCallersOnlyAttribute>)];

        Assert.NotEmpty(callbacks);
        Assert.All(callbacks, callback => Assert.Empty(WithoutTransition(callback, [])));
    }

    private static IEnumerable<string> WithoutTransition(MethodBase method, HashSet<MethodBase> seen) => CalledBy(method)
        .Where(seen.Add)
        .SelectMany(called => Is<SuppressGCTransitionAttribute>(called) ? [called.Name]
            : called.Module != method.Module || called.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining) ? []
            : WithoutTransition(called, seen));

    private static IEnumerable<MethodBase> CalledBy(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + sizeof(int) < code.Length; i++)
        {
            if (code[i] is Call or CallVirtual && Resolve(method, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i + 1))) is { } called)
            {
                yield return called;
            }
        }
    }

    // Not every byte of that value is a call.
    private static MethodBase? Resolve(MethodBase caller, int token)
    {
        try
        {
            return caller.Module.ResolveMethod(token);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }

    private static bool Is<TAttribute>(MethodBase method)
        where TAttribute : Attribute => method.IsDefined(typeof(TAttribute), inherit: false);
}
