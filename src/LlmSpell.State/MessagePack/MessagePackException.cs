namespace LlmSpell.State.MessagePack;

/// <summary>Bytes are not the MessagePack that was expected. Whoever reads a file says which one in its own exception.</summary>
internal sealed class MessagePackException(string problem, int offset) : Exception($"{problem} at byte {offset}")
{
    internal int Offset { get; } = offset;
}
