namespace LlmSpell.State.MessagePack;

/// <summary>
/// Bytes are not the MessagePack that was expected. Whoever reads a file says which one in its own exception; callers of the library see this one
/// where a value of theirs turns out to be none.
/// </summary>
internal sealed class MessagePackException(string problem, int offset) : StateCorruptException($"{problem} at byte {offset}")
{
    internal int Offset { get; } = offset;
}
