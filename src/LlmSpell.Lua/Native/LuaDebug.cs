namespace LlmSpell.Lua.Native;

/// <summary>lua_Debug: what Lua tells of a call.</summary>
internal unsafe struct LuaDebug
{
    private const int ShortSourceSize = 60;

    internal int Event;
    internal byte* Name;
    internal byte* NameKind;
    internal byte* Kind;
    internal byte* Source;
    internal nuint SourceLength;
    internal int CurrentLine;
    internal int FirstLine;
    internal int LastLine;
    internal byte UpvalueCount;
    internal byte ParameterCount;
    internal byte IsVararg;
    internal byte IsTailCall;
    internal ushort FirstTransferred;
    internal ushort TransferredCount;
    internal fixed byte ShortSource[ShortSourceSize];
    private readonly void* _frame;
}
