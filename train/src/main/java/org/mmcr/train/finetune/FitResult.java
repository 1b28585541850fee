package org.mmcr.train.finetune;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * One training of a fine-tuning.
 *
 * @param start initial weights, {@value FinetuneResult#FINETUNED} for the learned ones or
 *     {@value FinetuneResult#RANDOM}
 * @param draw number of the draw of labels, from 1 on
 * @param trial number of the tuning trial, from 1 on; absent for the training on all labels of the draw
 * @param labels labelled samples that it trained on
 * @param learningRate of the encoder
 * @param headLearningRate of the classifier
 * @param epochs passes over the samples; of a tuning trial, those until its best validation accuracy, or 0
 *     if it diverged
 * @param validation accuracy on the samples held out of the labelled ones; absent without such samples
 * @param top1 accuracy on the test data; absent for a tuning trial
 * @param seconds wall time of the training; if it was continued, of all its parts
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record FitResult(
        String start,
        int draw,
        Optional<Integer> trial,
        int labels,
        double learningRate,
        double headLearningRate,
        int epochs,
        Optional<Double> validation,
        Optional<Double> top1,
        double seconds) {}
