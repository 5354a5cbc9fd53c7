using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Streams;

/// <summary>warn(...) and the warnings of Lua itself: off until the script says warn("@on"), as in Lua's own interpreter.</summary>
internal sealed unsafe class Warnings(OutputSink sink)
{
    private bool _isOn;
    private bool _continues;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void Receive(nint host, byte* text, int toBeContinued)
    {
        try
        {
            GCHandle<LuaHost>.FromIntPtr(host).Target.Streams.Warnings.Add(
                MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text), toBeContinued != 0);
        }
        catch (Exception)
        {
            // There is nowhere left to report that the error stream does not take a warning.
        }
    }

    private void Add(ReadOnlySpan<byte> text, bool toBeContinued)
    {
        bool isWhole = !_continues && !toBeContinued;
        if (isWhole && text is [(byte)'@', ..])
        {
            _isOn = text.SequenceEqual("@on"u8) || (_isOn && !text.SequenceEqual("@off"u8));
            return;
        }

        if (_isOn)
        {
            lock (sink.Gate)
            {
                sink.Write(_continues ? [] : "Lua warning: "u8);
                sink.Write(text);
                sink.Write(toBeContinued ? [] : "\n"u8);
                sink.EndCall(0);
            }
        }

        _continues = toBeContinued;
    }
}
