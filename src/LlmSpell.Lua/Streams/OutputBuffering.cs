namespace LlmSpell.Lua.Streams;

/// <summary>When a sink sends what was written, as <c>file:setvbuf</c> names it.</summary>
internal enum OutputBuffering
{
    /// <summary>After each call.</summary>
    None,

    /// <summary>After each call that wrote a line's end.</summary>
    Line,

    /// <summary>When the buffer is full, or on demand.</summary>
    Full,
}
