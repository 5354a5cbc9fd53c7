using System.Runtime.InteropServices;
using LlmSpell.State.Native;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>Texts on their way to and from RocksDB.</summary>
internal static unsafe class NativeText
{
    /// <summary>The text of an error, which is freed.</summary>
    internal static string TakeError(byte* error)
    {
        string text = Marshal.PtrToStringUTF8((nint)error) ?? "unknown error";
        RocksDbNative.rocksdb_free(error);
        return text;
    }

    /// <summary>Texts as the C interface takes lists of them; free it with <see cref="FreeList"/>.</summary>
    internal static byte** AllocateList(IReadOnlyList<string> texts)
    {
        byte** list = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count, (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Count; i++)
        {
            byte[] text = ZeroTerminated.Utf8(texts[i]);
            list[i] = (byte*)NativeMemory.Alloc((nuint)text.Length);
            text.CopyTo(new Span<byte>(list[i], text.Length));
        }

        return list;
    }

    internal static void FreeList(byte** list, int count)
    {
        for (int i = 0; i < count; i++)
        {
            NativeMemory.Free(list[i]);
        }

        NativeMemory.Free(list);
    }
}
