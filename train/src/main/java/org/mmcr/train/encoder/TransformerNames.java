package org.mmcr.train.encoder;

/**
 * Names of a vision transformer's tensors in a library. Names of layers lack {@code .weight} and {@code .bias}; those
 * of a block follow {@code block}, its number and a dot.
 *
 * @param registers tokens between class token and patches; for {@code TIMM_DISTILLED} the distillation token
 * @param flat whether class token and positions lack the leading dimensions of 1
 * @param patchBias whether the embedding of patches has a bias
 * @param preNorm norm before the first block; empty if there is none
 * @param fused prefix of one tensor of queries, keys and values, to which {@code weight} and {@code bias} are added;
 *     empty if they are apart
 */
record TransformerNames(
        String classToken,
        String registers,
        String positions,
        boolean flat,
        String patches,
        boolean patchBias,
        String preNorm,
        String block,
        String norm1,
        String fused,
        String query,
        String key,
        String value,
        String projection,
        String scale1,
        String norm2,
        String mlpIn,
        String mlpOut,
        String scale2,
        String norm) {

    private static TransformerNames timm(String registers) {
        return new TransformerNames(
                "cls_token",
                registers,
                "pos_embed",
                false,
                "patch_embed.proj",
                true,
                "",
                "blocks.",
                "norm1",
                "attn.qkv.",
                "",
                "",
                "",
                "attn.proj",
                "ls1.gamma",
                "norm2",
                "mlp.fc1",
                "mlp.fc2",
                "ls2.gamma",
                "norm");
    }

    static TransformerNames of(TensorNames library) {
        return switch (library) {
            case TIMM -> timm("reg_token");
            case TIMM_DISTILLED -> timm("dist_token");
            case TORCHVISION ->
                new TransformerNames(
                        "class_token",
                        "",
                        "encoder.pos_embedding",
                        false,
                        "conv_proj",
                        true,
                        "",
                        "encoder.layers.encoder_layer_",
                        "ln_1",
                        "self_attention.in_proj_",
                        "",
                        "",
                        "",
                        "self_attention.out_proj",
                        "ls_1.gamma",
                        "ln_2",
                        "mlp.0",
                        "mlp.3",
                        "ls_2.gamma",
                        "encoder.ln");
            case TRANSFORMERS_DINOV2 ->
                new TransformerNames(
                        "embeddings.cls_token",
                        "embeddings.register_tokens",
                        "embeddings.position_embeddings",
                        false,
                        "embeddings.patch_embeddings.projection",
                        true,
                        "",
                        "encoder.layer.",
                        "norm1",
                        "",
                        "attention.attention.query",
                        "attention.attention.key",
                        "attention.attention.value",
                        "attention.output.dense",
                        "layer_scale1.lambda1",
                        "norm2",
                        "mlp.fc1",
                        "mlp.fc2",
                        "layer_scale2.lambda1",
                        "layernorm");
            case TRANSFORMERS_CLIP ->
                new TransformerNames(
                        "embeddings.class_embedding",
                        "",
                        "embeddings.position_embedding.weight",
                        true,
                        "embeddings.patch_embedding",
                        false,
                        "pre_layrnorm",
                        "encoder.layers.",
                        "layer_norm1",
                        "",
                        "self_attn.q_proj",
                        "self_attn.k_proj",
                        "self_attn.v_proj",
                        "self_attn.out_proj",
                        "layer_scale1.gamma",
                        "layer_norm2",
                        "mlp.fc1",
                        "mlp.fc2",
                        "layer_scale2.gamma",
                        "post_layernorm");
            case OPEN_CLIP ->
                new TransformerNames(
                        "class_embedding",
                        "",
                        "positional_embedding",
                        true,
                        "conv1",
                        false,
                        "ln_pre",
                        "transformer.resblocks.",
                        "ln_1",
                        "attn.in_proj_",
                        "",
                        "",
                        "",
                        "attn.out_proj",
                        "ls_1.gamma",
                        "ln_2",
                        "mlp.c_fc",
                        "mlp.c_proj",
                        "ls_2.gamma",
                        "ln_post");
        };
    }
}
