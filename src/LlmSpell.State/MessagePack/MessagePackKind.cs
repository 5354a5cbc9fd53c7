namespace LlmSpell.State.MessagePack;

/// <summary>What a MessagePack value is, judged by its first byte.</summary>
internal enum MessagePackKind
{
    Nil,
    Boolean,
    Integer,
    Float,
    String,
    Binary,
    Array,
    Map,
    Extension,
    Invalid,
}
