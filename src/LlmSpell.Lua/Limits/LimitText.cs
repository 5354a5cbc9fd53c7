using System.Globalization;

namespace LlmSpell.Lua.Limits;

/// <summary>Words why a script was stopped.</summary>
internal static class LimitText
{
    internal static string Of(LuaFailureKind kind, LuaHostOptions options) => kind switch
    {
        LuaFailureKind.TimeLimit => $"the script ran for longer than its limit of {Text(options.TimeLimit.GetValueOrDefault())}",
        LuaFailureKind.InstructionLimit => string.Create(
            CultureInfo.InvariantCulture, $"the script ran more instructions than its limit of {options.InstructionLimit:#,0}"),
        LuaFailureKind.MemoryLimit => $"the script needs more memory than its limit of {Bytes(options.MemoryLimit.GetValueOrDefault())}",
        _ => "the script was interrupted",
    };

    private static string Text(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static string Bytes(long bytes) => (bytes % (1 << 20)) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes:#,0} bytes"),
    };
}
