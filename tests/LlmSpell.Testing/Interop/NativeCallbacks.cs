using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmSpell.Testing.Interop;

/// <summary>The methods that native code calls, and what they call in turn.</summary>
public static class NativeCallbacks
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // ECMA-335, partition III: the instructions, each followed by a token; and partition II, 23.2: a modifier in a signature.
    private const byte Call = 0x28;
    private const byte CallPointer = 0x29;
    private const byte CallVirtual = 0x6F;
    private const byte OptionalModifier = 0x20;

    public static IReadOnlyList<MethodInfo> In(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return [.. assembly.GetTypes().SelectMany(static type => type.GetMethods(All)).Where(Is<UnmanagedCallersOnlyAttribute>)];
    }

    /// <summary>
    /// The methods by which a method calls native functions without a transition (<see cref="SuppressGCTransitionAttribute"/>), itself or by methods that may
    /// be inlined into it. A method that native code calls must not: behind such a call the runtime looks whether a collection waits, and the compiler puts
    /// that look behind the return to native code, where it ends the process (seen with .NET 10.0.12, optimized, and only if a collection waits just then).
    /// </summary>
    public static IReadOnlyList<string> WithoutTransition(MethodInfo callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return [.. Find(callback, [])];
    }

    private static IEnumerable<string> Find(MethodBase method, HashSet<MethodBase> seen)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + sizeof(int) < code.Length; i++)
        {
            int token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i + 1));
            if (code[i] == CallPointer && IsPointerWithoutTransition(method.Module, token))
            {
                yield return method.Name;
            }
            else if (code[i] is Call or CallVirtual && Resolve(method.Module, token) is { } called && seen.Add(called))
            {
                foreach (string found in Is<SuppressGCTransitionAttribute>(called) ? [called.Name] : MayBeInlined(called, method) ? Find(called, seen) : [])
                {
                    yield return found;
                }
            }
        }
    }

    private static bool MayBeInlined(MethodBase called, MethodBase by) =>
        called.Module == by.Module && !called.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining);

    // Not every byte of such a value is an instruction.
    private static MethodBase? Resolve(Module module, int token)
    {
        try
        {
            return module.ResolveMethod(token);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }

    private static bool IsPointerWithoutTransition(Module module, int token)
    {
        try
        {
            // The convention, the number of parameters, then the modifiers of the result.
            ReadOnlySpan<byte> rest = module.ResolveSignature(token).AsSpan(2);
            while (rest is [OptionalModifier, _, ..])
            {
                (int type, int length) = ReadType(rest[1..]);
                if (module.ResolveType(type) == typeof(CallConvSuppressGCTransition))
                {
                    return true;
                }

                rest = rest[(1 + length)..];
            }

            return false;
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return false;
        }
    }

    /// <summary>A token of a type as signatures have it: compressed, the kind in its two lowest bits.</summary>
    private static (int Token, int Length) ReadType(ReadOnlySpan<byte> bytes)
    {
        (int coded, int length) = bytes[0] switch
        {
            < 0x80 => (bytes[0], 1),
            < 0xC0 => (BinaryPrimitives.ReadUInt16BigEndian(bytes) & 0x3FFF, 2),
            _ => (BinaryPrimitives.ReadInt32BigEndian(bytes) & 0x1FFF_FFFF, 4),
        };
        int table = (coded & 3) switch { 0 => 0x0200_0000, 1 => 0x0100_0000, _ => 0x1B00_0000 };
        return (table | (coded >> 2), length);
    }

    private static bool Is<TAttribute>(MethodBase method)
        where TAttribute : Attribute => method.IsDefined(typeof(TAttribute), inherit: false);
}
