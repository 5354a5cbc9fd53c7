using System.Text;

namespace LlmSpell.State.Native;

/// <summary>Texts as C takes them.</summary>
internal static class ZeroTerminated
{
    /// <summary>UTF-8 with the zero at its end.</summary>
    internal static byte[] Utf8(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
